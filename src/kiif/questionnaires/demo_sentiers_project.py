"""What the application form of Les Sentiers asks about the project itself: maturity, replication, territory."""

from __future__ import annotations

from kiif.questionnaires.drafting.written import Part, column, listed, q


def maturity() -> Part:
    """What the solution has proved, and what the organisation lives on."""
    return Part(
        ("Votre maturité", "Your maturity"),
        ("Un impact prouvé sur votre territoire, et les moyens de vous en éloigner un peu.",
         "An impact proved on your territory, and the means to step away from it a little."),
        [
            [
                q("period", "activite", "Sur quelle période votre solution a-t-elle fonctionné ?",
                  "Over which period has your solution been running?", required=True, latest="2027-05-30"),
                q("number", "beneficiaires", "Combien de personnes en ont bénéficié l’an dernier ?",
                  "How many people benefited from it last year?", minimum=0, unit=("personnes", "people"),
                  required=True, unknown=True),
                q("choice", "mesure", "Comment savez-vous ce qui change pour elles ?",
                  "How do you know what changes for them?",
                  choices=(("evaluation", "Une évaluation menée avec un tiers", "An evaluation by a third party"),
                           ("indicators", "Nos propres indicateurs, suivis dans le temps", "Our own indicators"),
                           ("stories", "Des témoignages recueillis", "Testimonies that we collect"),
                           ("not_yet", "Nous ne le mesurons pas encore", "We do not measure it yet")), required=True),
                q("long_text", "impact", "Qu’est-ce qui a changé, et comment le savez-vous ?",
                  "What has changed, and how do you know?", max_words=250, required=True,
                  relevant="${mesure} != 'not_yet'"),
                q("files", "preuves", "Ce qui le montre", "What shows it", at_most=3,
                  hint=("Une évaluation, un rapport d’activité, un reportage : trois documents au plus.",
                        "An evaluation, an annual report, a press article: three documents at most.")),
            ],
            [
                q("table", "budget", "Votre budget, en grandes lignes", "Your budget, in broad lines", required=True,
                  min_rows=2, max_rows=15,
                  hint=("Le dernier exercice clos et celui qui court. Les totaux se font seuls.",
                        "The last closed year and the current one. Totals are made for you."),
                  columns=[
                      column("poste", "Poste", "Item", required=True),
                      column("nature", "Nature", "Nature", "choice", required=True,
                             choices=listed((("income", "Produit", "Income"), ("expense", "Charge", "Expense")))),
                      column("dernier", "Dernier exercice", "Last year", "money", minimum=0, total=True),
                      column("en_cours", "Exercice en cours", "Current year", "money", minimum=0, total=True),
                  ]),
                q("money", "charges", "Vos charges de l’année, en tout", "Your expenses of the year, in all", minimum=0,
                  required=True),
                q("money", "tresorerie", "Votre trésorerie d’aujourd’hui", "Your cash of today", required=True),
                q("calculated", "jours_tresorerie", "Soit environ, en jours d’activité", "That is about, in days",
                  calculation="if(${charges} > 0, round(${tresorerie} div (${charges} div 365)), 0)",
                  unit=("jours", "days")),
                q("long_text", "tresorerie_courte", "Comment passerez-vous les mois qui viennent ?",
                  "How will you get through the coming months?", max_words=100, required=True,
                  relevant="${jours_tresorerie} < 60 and ${charges} > 0"),
                q("percent", "subventions", "Quelle part de vos ressources vient de subventions ?",
                  "Which share of your income comes from grants?", required=True),
            ],
        ],
    )  # fmt: skip


def replication() -> Part:
    """Why, in which form, and whether they are ready."""
    return Part(
        ("Essaimer : pourquoi, comment", "Replicating: why, how"),
        ("L’envie, la forme, ce que vous gardez et ce que vous laissez changer.",
         "The will, the form, what you keep and what you let change."),
        [
            [
                q("choices", "raisons", "Pourquoi voulez-vous essaimer ?", "Why do you want to replicate?",
                  choices=(("asked", "On nous le demande", "We are asked to"),
                           ("need", "Le besoin existe ailleurs et personne n’y répond",
                            "The need exists elsewhere and nobody answers it"),
                           ("model", "Notre équilibre a besoin d’une autre échelle", "Our balance needs another scale"),
                           ("meaning", "Transmettre ce que nous savons faire", "To pass on what we know")),
                  other=True, at_least=1, required=True),
                q("choice", "forme", "Sous quelle forme ?", "In which form?",
                  choices=(("branch", "Ouvrir une antenne", "Open a branch"),
                           ("transfer", "Transmettre à un acteur local", "Transfer to a local actor"),
                           ("network", "Animer un réseau de structures indépendantes", "Run a network"),
                           ("dissemination", "Diffuser la méthode à qui la veut", "Offer the method to all"),
                           ("unsure", "Nous hésitons encore", "We still hesitate")), required=True,
                  hint=("Essaimer sans antenne est bienvenu.", "Replicating without a branch is welcome.")),
                q("long_text", "garder", "Que faut-il absolument garder, et que peut-on adapter ?",
                  "What must be kept, and what may be adapted?", max_words=300, required=True),
                q("yes_no", "deja_essaime", "L’avez-vous déjà fait une fois ?", "Have you done it once already?",
                  required=True),
                q("territories", "essaimages", "Où ?", "Where?", relevant="${deja_essaime} = 'yes'", required=True,
                  at_most=10),
                q("choice", "milieu", "Aujourd’hui, où travaillez-vous surtout ?", "Where do you mostly work today?",
                  choices=(("rural", "À la campagne", "In the countryside"),
                           ("towns", "Dans de petites villes", "In small towns"),
                           ("urban", "En ville", "In cities")), required=True),
                q("long_text", "adaptation", "Qu’est-ce qui devra changer à la campagne ?",
                  "What will have to change in the countryside?", max_words=150, required=True,
                  relevant="${milieu} = 'urban'"),
            ],
            [
                q("number", "jours", "Combien de temps l’équipe y consacrera-t-elle ?",
                  "How much time will the team give to it?", unit=("jours par mois", "days a month"), minimum=0,
                  maximum=60, required=True, constraint=". >= 3",
                  message=("Au-dessous de trois jours par mois, l’essaimage avance rarement.",
                           "Under three days a month, replication seldom moves."), soft=True),
                q("date", "premiere", "Quand voyez-vous la première implantation ?", "When do you see the first site?",
                  earliest="2027-06-01", constraint=". <= date('2029-12-31')",
                  message=("Le programme accompagne jusqu’à fin 2029.", "The programme runs until the end of 2029.")),
                q("scale", "pret", "Vous sentez-vous prêt·es ?", "Do you feel ready?", required=True,
                  low_label=("tout reste à faire", "all is to be done"),
                  high_label=("on part demain", "we leave tomorrow")),
                q("choices", "freins", "Qu’est-ce qui vous retient ?", "What holds you back?",
                  choices=(("money", "L’argent", "Money"), ("time", "Le temps", "Time"),
                           ("people", "Trouver les bonnes personnes", "Finding the right people"),
                           ("method", "Savoir par où commencer", "Knowing where to start"),
                           ("site", "Fragiliser ce qui existe", "Weakening what exists"),
                           ("nothing", "Rien", "Nothing")), other=True, alone=("nothing",)),
                q("note", "webinaires_note",
                  "Pas encore prêt·es ? Les six webinaires du programme sont ouverts à toutes et tous.",
                  "Not ready yet? The six webinars of the programme are open to all, without applying.",
                  relevant="${pret} < 4"),
            ],
        ],
    )  # fmt: skip


def territory() -> Part:
    """The territories in mind, which may stay open."""
    return Part(
        ("Le territoire visé", "The target territory"),
        ("Il peut rester ouvert : le classement des territoires et les incubateurs sont là pour ça.",
         "It may stay open: the ranking of territories and the incubators are there for that."),
        [
            [
                q("choice", "choisi", "Savez-vous déjà où ?", "Do you already know where?",
                  choices=(("one", "Oui, un territoire", "Yes, one territory"),
                           ("several", "Plusieurs pistes", "Several leads"),
                           ("open", "Pas encore", "Not yet")), required=True),
                q("territories", "territoires", "Quels territoires avez-vous en tête ?",
                  "Which territories do you have in mind?", required=True, at_most=6, relevant="${choisi} != 'open'",
                  hint=("La grille officielle dit le rural ; un bassin de vie déborde souvent d’une commune, et "
                        "nous en parlerons ensemble.",
                        "The official grid tells what is rural; a living area often crosses a commune, and we will "
                        "talk about it.")),
                q("long_text", "pourquoi_la", "Pourquoi là ?", "Why there?", max_words=150, required=True,
                  relevant="${choisi} != 'open'"),
                q("long_text", "criteres_lieu", "Que faut-il à votre solution pour bien vivre quelque part ?",
                  "What does your solution need to live well somewhere?", max_words=150, required=True,
                  relevant="${choisi} = 'open'"),
                q("yes_no", "meme_region", "Est-ce dans la région de votre siège ?", "Is it in your own region?",
                  relevant="${choisi} != 'open'",
                  hint=("C’est possible : ce n’est ni un avantage ni un obstacle.",
                        "It is possible: neither an advantage nor an obstacle.")),
                q("table", "contacts", "Qui connaissez-vous sur place ?", "Whom do you know there?", max_rows=12,
                  relevant="${choisi} != 'open'",
                  columns=[
                      column("qui", "Structure ou personne", "Organisation or person", required=True),
                      column("role", "Son rôle", "Their role"),
                      column("lien", "Où en êtes-vous ?", "How far are you?", "choice",
                             choices=listed((("known", "on se connaît", "we know each other"),
                                             ("talking", "on en a parlé", "we talked about it"),
                                             ("committed", "ils s’engagent", "they commit")))),
                  ]),
            ],
        ],
    )  # fmt: skip
