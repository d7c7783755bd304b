"""Files that people send, and files that nobody should: all made here, small, and harmless."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
HYPERLINK = (
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
    'Target="https://exemple.test" TargetMode="External"/>'
)
TEMPLATE = (
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    'Target="https://exemple.test/x.dotm" TargetMode="External"/>'
)


def archive(members, compression=zipfile.ZIP_DEFLATED):
    """A zip archive of (name or ZipInfo, content) pairs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as made:
        for name, content in members:
            made.writestr(name, content)
    return file.getvalue()


def office(extension, *more, relations=HYPERLINK, types=""):
    """A minimal document of Word, Excel or PowerPoint, with more members if wanted."""
    return archive(
        [
            ("[Content_Types].xml", f"<Types>{TYPES[extension]}.main+xml {types}</Types>"),
            ("_rels/.rels", RELATIONS.format("")),
            (MAIN[extension], "<document>Bonjour</document>"),
            (f"{MAIN[extension].split('/')[0]}/_rels/document.xml.rels", RELATIONS.format(relations)),
            *more,
        ]
    )


def open_document(extension, *more, media_type=None):
    """A minimal document of LibreOffice: its type comes first, stored."""
    first = zipfile.ZipInfo("mimetype")
    first.compress_type = zipfile.ZIP_STORED
    return archive(
        [
            (first, media_type or TYPES[extension]),
            ("META-INF/manifest.xml", "<manifest/>"),
            ("content.xml", "<content>Bonjour</content>"),
            *more,
        ]
    )


def pdf(change=None, password=""):
    """A PDF of one page; `change` receives the writer."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    if password:
        writer.encrypt(password)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def with_script(writer):
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('bonjour')")}
    )


def with_file(writer):
    writer.add_attachment("programme.exe", b"MZ")


def with_launch(writer):
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
    )


def with_hidden_script(writer):
    """An action on the page, deep inside arrays, behind a reference."""
    action = writer._add_object(
        DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): ArrayObject([ArrayObject([action])])})


def image(kind="JPEG", size=(40, 30), mode="RGB", exif=None, **options):
    file = io.BytesIO()
    made = Image.new(mode, size, "#8a4713") if mode != "RGBA" else Image.new(mode, size, (138, 71, 19, 90))
    if exif is not None:
        options["exif"] = exif
    made.save(file, kind, **options)
    return file.getvalue()


def photo_with_place(kind="JPEG"):
    """A photo that tells where it was taken, and must be turned to be upright."""
    exif = Image.Exif()
    exif[0x010F] = "Appareil de Maïwenn"
    exif[0x0112] = 6
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (IFDRational(45), IFDRational(11), IFDRational(23))
    exif[0x8825] = place
    return image(kind, exif=exif)


def pixel_flood(width=50_000, height=50_000):
    """A PNG of a few bytes which declares billions of pixels."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 10))
        + chunk(b"IEND", b"")
    )


def big_zeros(name, size):
    """A member that inflates a thousand times."""
    return name, b"\x00" * size


def link(name, target):
    """A symbolic link inside an archive."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = 0o120777 << 16
    return entry, target


ACCEPTED = {
    "rapport.pdf": (pdf(), "application/pdf"),
    "RAPPORT.PDF": (pdf(), "application/octet-stream"),
    "photo.jpg": (image(), "image/jpeg"),
    "photo.jpeg": (image(), "image/jpg"),
    "logo.png": (image("PNG", mode="RGBA"), "image/png"),
    "logo.webp": (image("WEBP"), "image/webp"),
    **{f"document.{kind}": (office(kind), TYPES[kind]) for kind in MAIN},
    "avec-graphique.docx": (office("docx", ("word/embeddings/Feuille.xlsx", office("xlsx"))), TYPES["docx"]),
    **{f"document.{kind}": (open_document(kind), TYPES[kind]) for kind in ("odt", "ods", "odp")},
    "notes.txt": ("Réunion à 14 h\n".encode(), "text/plain"),
    "ancien.txt": ("Réunion à 14 h\r\n".encode("cp1252"), "text/plain; charset=windows-1252"),
    "table.csv": ("\ufeffnom;âge\nIda;3\n".encode(), "application/vnd.ms-excel"),
}


def odf_with(element):
    """A text whose content holds an element."""
    return open_document("odt", ("styles.xml", f"<office:body>{element}</office:body>")), TYPES["odt"]


ACCEPTED |= {
    "avec-lien.odt": odf_with('<text:a xlink:type="simple" xlink:href="https://exemple.test/">le site</text:a>'),
    "avec-image.odt": odf_with('<draw:image xlink:href="Pictures/1.png" xlink:actuate="onLoad"/>'),
    "avec-objet.odt": odf_with('<draw:object xlink:href="./Object 1"/><text:a xlink:href="mailto:a@exemple.test"/>'),
}

HTML = b"<!doctype html><script>alert(1)</script>"
REFUSED = {
    # not in the list, or not what the name says
    "page.html": (HTML, "text/html"),
    "dessin.svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"),
    "sans-extension": (pdf(), "application/pdf"),
    "programme.exe": (b"MZ" + b"\x00" * 100, "application/octet-stream"),
    "facture.pdf.exe": (pdf(), "application/pdf"),
    "facture.exe.pdf": (pdf(), "application/pdf"),
    "photo\u202egpj.exe": (image(), "image/jpeg"),
    "archive.zip": (archive([("a.txt", "a")]), "application/zip"),
    "photo.heic": (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 20, "image/heic"),
    "photo.png": (image(), "image/png"),
    "rapport.pdf": (HTML, "application/pdf"),
    "annonce.pdf": (pdf(), "text/html"),
    "vide.pdf": (b"", "application/pdf"),
    "binaire.txt": (b"a\x00b", "text/plain"),
    "controles.csv": (b"\xe9\x01\x02\x03", "text/csv"),
    "image.txt": (image("PNG"), "text/plain"),
    # two files in one
    "polyglotte.pdf": (b"%PDF-1.7\n<script>alert(1)</script>", "application/pdf"),
    "pdf-et-zip.pdf": (pdf() + archive([("a.html", HTML * 100)]), "application/pdf"),
    "html-avant.pdf": (HTML + pdf(), "application/pdf"),
    "zip-prefixe.docx": (b"MZ" + office("docx"), TYPES["docx"]),
    # programs inside
    "script.pdf": (pdf(with_script), "application/pdf"),
    "script-cache.pdf": (pdf(with_hidden_script), "application/pdf"),
    "lance.pdf": (pdf(with_launch), "application/pdf"),
    "fichier-cache.pdf": (pdf(with_file), "application/pdf"),
    "secret.pdf": (pdf(password="x"), "application/pdf"),
    "tronque.pdf": (pdf()[:200], "application/pdf"),
    "macro.docm": (office("docx", ("word/vbaProject.bin", b"x")), "application/vnd.ms-word.document.macroEnabled.12"),
    "macro.docx": (office("docx", ("word/vbaProject.bin", b"x")), TYPES["docx"]),
    "macro-renommee.xlsx": (office("xlsx", types="macroEnabled.main+xml"), TYPES["xlsx"]),
    "macro.odt": (open_document("odt", ("Basic/Standard/Module1.xml", "<x/>")), TYPES["odt"]),
    "objet.docx": (office("docx", ("word/embeddings/oleObject1.bin", b"x")), TYPES["docx"]),
    "programme.docx": (office("docx", ("word/media/image1.exe", b"MZ")), TYPES["docx"]),
    "modele.docx": (office("docx", relations=TEMPLATE), TYPES["docx"]),
    "activex.docx": (office("docx", ("word/activeX/activeX1.xml", "<x/>")), TYPES["docx"]),
    "pistage.odt": odf_with('<draw:image xlink:href="https://pistage.test/1.png" xlink:actuate="onLoad"/>'),
    "partage.odt": odf_with(r"<draw:image xlink:type='simple' xlink:href='\\serveur\partage\1.png'/>"),
    "section.odt": odf_with('<text:section-source xlink:href="file:///etc/passwd" text:section-name="x"/>'),
    "ecouteur.odt": odf_with(
        '<script:event-listener script:event-name="dom:load" xlink:href="vnd.sun.star.script:Tools.x?language=Basic"/>'
    ),
    # archives that lie
    "bombe.xlsx": (office("xlsx", big_zeros("xl/worksheets/sheet1.xml", 58 << 20)), TYPES["xlsx"]),
    "bombe-totale.docx": (office("docx", *(big_zeros(f"word/{n}.xml", 1 << 20) for n in range(120))), TYPES["docx"]),
    "mille-pieces.docx": (office("docx", *((f"word/{n}.xml", "") for n in range(2_001))), TYPES["docx"]),
    "evasion.docx": (office("docx", ("../../evasion.xml", "<x/>")), TYPES["docx"]),
    "absolu.docx": (office("docx", ("/etc/evasion.xml", "<x/>")), TYPES["docx"]),
    "lien.docx": (office("docx", link("word/lien.xml", "/etc/passwd")), TYPES["docx"]),
    "entites.xlsx": (
        office("xlsx", ("xl/styles.xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>')),
        TYPES["xlsx"],
    ),
    "entites-cachees.odt": (
        open_document("odt", ("styles.xml", '<!DOCTYPE x [<!ENTITY e "e">]><x/>'.encode("utf-16"))),
        TYPES["odt"],
    ),
    "zip-nu.docx": (archive([("a.txt", "a")]), TYPES["docx"]),
    "autre.odt": (open_document("odt", media_type="application/zip"), TYPES["odt"]),
    "xlsx.docx": (office("xlsx"), TYPES["docx"]),
    # images
    "deluge.png": (pixel_flood(), "image/png"),
    "tronquee.jpg": (image(size=(400, 300))[:300], "image/jpeg"),
}
