"""What a committee decides: votes, order, reserve list, and what a cohort would look like.

| module | what it answers |
| --- | --- |
| `voting` | quorum of each dossier after recusals, votes and consensus |
| `order` | a ranking with its tie rule, criterion by criterion; the selected, the reserve in order, who comes next |
| `hosting` | can every member of a cohort have a host, within the places they have? |
| `cohort` | a scenario measured against the mix wished for, and side by side with others |
| `swaps` | what exchanging two dossiers changes; the scenarios that a few open choices leave |

Nothing here decides: everything answers a question that a person asks. Equal questions have equal answers, in the
order of the keys. Functions raise `CommitteeError` with a sentence when the question contradicts itself.
"""
