"""What can go wrong before anything runs, told in one clear sentence, in French and in English."""

from __future__ import annotations

import errno
import re
import shutil
import socket
import tempfile
from pathlib import Path

#: Room for the environment, node, the packages and the data, with a margin (measured: 1.4 GB).
NEEDED_GB = 2.0

_NETWORK = re.compile(
    r"name resolution|Name or service not known|NewConnectionError|Max retries exceeded|Network is unreachable|"
    r"Connection refused|Connection reset|ReadTimeout|timed out|ProxyError|CERTIFICATE_VERIFY_FAILED|"
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|No matching distribution found",
    re.IGNORECASE,
)
_DISK = re.compile(r"No space left on device|ENOSPC|Errno 28\b|database or disk is full", re.IGNORECASE)
_UNWRITABLE = re.compile(r"Permission denied|EACCES|Read-only file system|EROFS|readonly database", re.IGNORECASE)


class TroubleError(Exception):
    """Something the person can mend: one sentence and what to do, in both languages."""

    def __init__(self, french: str, english: str, details: str = "") -> None:
        super().__init__(french)
        self.french, self.english, self.details = french, english, details


def network() -> TroubleError:
    return TroubleError(
        "Le réseau ne répond pas, or il faut télécharger des paquets. Vérifiez la connexion (ou le mandataire "
        "HTTPS_PROXY), puis relancez : ce qui est déjà installé est gardé.",
        "The network does not answer, and packages must be downloaded. Check the connection (or the proxy "
        "HTTPS_PROXY), then start again: what is installed is kept.",
    )


def disk(folder: Path) -> TroubleError:
    return TroubleError(
        f"Il n’y a pas assez de place sur le disque de {folder} : il faut {NEEDED_GB:.0f} Go libres. "
        "Libérez de la place, puis relancez.",
        f"There is not enough room on the disk of {folder}: {NEEDED_GB:.0f} GB must be free. "
        "Make room, then start again.",
    )


def unwritable(folder: Path) -> TroubleError:
    return TroubleError(
        f"Le dossier {folder} n’est pas accessible en écriture. Donnez-vous ce droit, ou clonez le dépôt dans un "
        "dossier à vous.",
        f"The folder {folder} cannot be written to. Give yourself that right, or clone the repository into a "
        "folder of yours.",
    )


def explain(output: str, folder: Path) -> TroubleError | None:
    """The trouble behind the output of a command that failed, if it is one of those a person can mend."""
    if _DISK.search(output):
        return disk(folder)
    if _UNWRITABLE.search(output):
        return unwritable(folder)
    if _NETWORK.search(output):
        return network()
    if "ensurepip" in output:
        return TroubleError(
            "Ce Python ne sait pas créer d’environnement. Installez le paquet python3-venv de votre système, puis "
            "relancez.",
            "This Python cannot create environments. Install the package python3-venv of your system, then start "
            "again.",
        )
    return None


def check_folder(folder: Path, *, room: bool) -> None:
    """Raises when nothing can be written in `folder`, or (if `room`) when its disk is too full to install."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"kiif")
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk(folder) from error
        raise unwritable(folder) from error
    if room and shutil.disk_usage(folder).free < NEEDED_GB * 1e9:
        raise disk(folder)


def check_port(host: str, port: int) -> None:
    """Raises when something already listens on the port, or when it may not be opened."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise TroubleError(
                f"Le port {port} est réservé au système. Choisissez-en un autre : make run PORT=8000",
                f"Port {port} is reserved to the system. Choose another one: make run PORT=8000",
            ) from error
        except (OSError, OverflowError) as error:
            raise TroubleError(
                f"Le port {port} est déjà pris par un autre programme. Choisissez-en un autre : "
                f"make run PORT={port + 1 if port < 65_535 else 8000}",
                f"Port {port} is already taken by another program. Choose another one: "
                f"make run PORT={port + 1 if port < 65_535 else 8000}",
            ) from error
