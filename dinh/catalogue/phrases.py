"""The phrases of which sources and doubts are made beside articles of acts; `citing.py` says them in other languages.

Add a phrase when a declaration cites what these do not say: a whole sentence where its grammar needs one, the
shortest part that can stand in another citation otherwise.
"""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

PHRASES = (
    # Acts and the words between their numbers.
    pgettext_lazy("citation", "Law"),
    pgettext_lazy("citation", "Ordinance"),
    pgettext_lazy("citation", "Decree"),
    pgettext_lazy("citation", "Circular"),
    pgettext_lazy("citation", "Decision"),
    pgettext_lazy("citation", "Resolution"),
    pgettext_lazy("citation", "Labour Code"),
    pgettext_lazy("citation", "amended by"),
    pgettext_lazy("citation", "as amended by"),
    pgettext_lazy("citation", "amount"),
    pgettext_lazy("citation", "national code"),
    pgettext_lazy("citation", "procedure"),
    pgettext_lazy("citation", "form"),
    pgettext_lazy("citation", "item"),
    pgettext_lazy("citation", "corrects"),
    pgettext_lazy("citation", "and"),
    pgettext_lazy("citation", "to"),
    # What an act is about.
    pgettext_lazy("citation", "on amounts, as amended"),
    pgettext_lazy("citation", "on belief and religion"),
    pgettext_lazy("citation", "on certification"),
    pgettext_lazy("citation", "on civil status"),
    pgettext_lazy("citation", "on construction activities"),
    pgettext_lazy("citation", "on deductions for dependants"),
    pgettext_lazy("citation", "on education"),
    pgettext_lazy("citation", "on electronic signatures"),
    pgettext_lazy("citation", "on employment"),
    pgettext_lazy("citation", "on fees and charges"),
    pgettext_lazy("citation", "on fixed assets"),
    pgettext_lazy("citation", "on land"),
    pgettext_lazy("citation", "on local government"),
    pgettext_lazy("citation", "on official documents"),
    pgettext_lazy("citation", "on organisation of local government"),
    pgettext_lazy("citation", "on personal data"),
    pgettext_lazy("citation", "on public employees"),
    pgettext_lazy("citation", "on publishing judgments"),
    pgettext_lazy("citation", "on publishing judgments and decisions of courts"),
    pgettext_lazy("citation", "on registration of enterprises and household businesses"),
    pgettext_lazy("citation", "on residence"),
    pgettext_lazy("citation", "on road traffic order and safety"),
    pgettext_lazy("citation", "on social insurance"),
    pgettext_lazy("citation", "on tax administration"),
    pgettext_lazy("citation", "on tax registration"),
    pgettext_lazy("citation", "on tax registration of dependants"),
    pgettext_lazy("citation", "on teachers"),
    pgettext_lazy("citation", "on the database of education"),
    pgettext_lazy("citation", "on trade unions"),
    # What is meant of it.
    pgettext_lazy("citation", "(540,000 đ since 1 July 2026)"),
    pgettext_lazy("citation", "(75; 70 to 74 in poor households)"),
    pgettext_lazy("citation", "(a certificate ends with its holder)"),
    pgettext_lazy("citation", "(accounts from 15 years on)"),
    pgettext_lazy("citation", "(acts before 30 April 1975)"),
    pgettext_lazy("citation", "(agency codes)"),
    pgettext_lazy("citation", "(ages by level; limits set wide)"),
    pgettext_lazy("citation", "(declaration forms of civil status)"),
    pgettext_lazy("citation", "(electronic birth notice)"),
    pgettext_lazy("citation", "(end of a household business)"),
    pgettext_lazy("citation", "(end of the monthly benefit at death)"),
    pgettext_lazy("citation", "(example)"),
    pgettext_lazy("citation", "(fields from general knowledge)"),
    pgettext_lazy("citation", "(fields of a pupil; the words are examples)"),
    pgettext_lazy("citation", "(full civil capacity)"),
    pgettext_lazy("citation", "(inheritance is registered within 30 days of the division)"),
    pgettext_lazy("citation", "(names and codes of communes)"),
    pgettext_lazy("citation", "(one-stop mechanism)"),
    pgettext_lazy("citation", "(over 18: disabled, or in studies)"),
    pgettext_lazy("citation", "(personal identification plates)"),
    pgettext_lazy("citation", "(powers of the commune)"),
    pgettext_lazy("citation", "(register of workers)"),
    pgettext_lazy("citation", "(retirement age; limits set wide)"),
    pgettext_lazy("citation", "(standard 540,000 đ a month from 1 July 2026)"),
    pgettext_lazy("citation", "(status codes from general knowledge)"),
    pgettext_lazy("citation", "(the personal number is the tax code from 1 July 2025)"),
    pgettext_lazy("citation", "(transfer after the owner's death)"),
    pgettext_lazy("citation", "(which benefits exclude each other: to be confirmed)"),
    pgettext_lazy("citation", "(with consent)"),
    pgettext_lazy("citation", "(wording of the certification)"),
    pgettext_lazy("citation", "(words from general knowledge)"),
    pgettext_lazy("citation", "(yearly review)"),
    pgettext_lazy("citation", "of 2 March 1979 (list of ethnic groups of Viet Nam)"),
    pgettext_lazy(
        "citation",
        "of 2016 (national framework of qualifications, eight levels; names from general knowledge)",
    ),
    # Rules and papers.
    pgettext_lazy(
        "citation", "2,000 đ a page, 1,000 đ from the third, at most 200,000 đ a copy; pages of the original"
    ),
    pgettext_lazy("citation", "a dependant counts for one taxpayer"),
    pgettext_lazy("citation", "an agency submits identity columns only, under its own row numbers"),
    pgettext_lazy("citation", "and its annex"),
    pgettext_lazy("citation", "and later acts, as cited beside each line"),
    pgettext_lazy("citation", "birth declaration form"),
    pgettext_lazy(
        "citation", "by signing the form, through VNeID, or on a separate paper without notarisation"
    ),
    pgettext_lazy("citation", "cashless payment of social benefits"),
    pgettext_lazy("citation", "decision within 10 working days of a complete dossier"),
    pgettext_lazy("citation", "general knowledge"),
    pgettext_lazy("citation", "many pages or many copies"),
    pgettext_lazy(
        "citation", "notified before 23:00 of the first day; after 23:00, before 8:00 of the next day"
    ),
    pgettext_lazy("citation", "one birth is registered once"),
    pgettext_lazy("citation", "one death is registered once"),
    pgettext_lazy("citation", "one member, one local union"),
    pgettext_lazy("citation", "one person registers one household business"),
    pgettext_lazy("citation", "one person, one card"),
    pgettext_lazy("citation", "one person, one monthly benefit, the highest"),
    pgettext_lazy("citation", "one person, one tax code"),
    pgettext_lazy("citation", "one place of permanent residence"),
    pgettext_lazy("citation", "plan of the Ministry of Justice to digitise civil-status books"),
    pgettext_lazy("citation", "published sheet of the procedure"),
    pgettext_lazy("citation", "received after 15:00, returned the next working day"),
    pgettext_lazy("citation", "registration by list, for each person"),
    pgettext_lazy("citation", "resolution of the provincial council"),
    pgettext_lazy("citation", "resolutions of provincial councils"),
    pgettext_lazy("citation", "results at the centre, electronically or by post"),
    pgettext_lazy("citation", "signs of the cadastral map"),
    pgettext_lazy("citation", "the house itself"),
    pgettext_lazy("citation", "the ministries’ published procedures"),
    pgettext_lazy("citation", "the outline itself comes from whoever drew it"),
    pgettext_lazy("citation", "the paper book prevails"),
    pgettext_lazy("citation", "the recognised organisations"),
    pgettext_lazy("citation", "valid at most two years"),
    pgettext_lazy("citation", "what its pages and actions ask for"),
    pgettext_lazy("citation", "when verification is needed, at most 3 working days"),
    pgettext_lazy("citation", "where pages put a register"),
    # Sources that are no act, and points of law not yet confirmed.
    pgettext_lazy("citation", "Amounts change with each decree on the standard benefit"),
    pgettext_lazy("citation", "Charter of the Vietnam Trade Unions"),
    pgettext_lazy("citation", "Codes 1, 2 and 9 as used between national databases"),
    pgettext_lazy(
        "citation", "Codes of 12 digits (the personal number itself) are accepted beside those of 10 and 13"
    ),
    pgettext_lazy("citation", "Decree 154/2024/NĐ-CP is cited from general knowledge"),
    pgettext_lazy(
        "citation",
        "Decree 335/2026/NĐ-CP raised the standard to 540,000 đ; whether it changed the groups was not seen",
    ),
    pgettext_lazy(
        "citation",
        "Details of the forms of Circular 53/2025/TT-BCA were not seen; the questions follow CT01 of Circular 66/2023/TT-BCA",
    ),
    pgettext_lazy("citation", "Example for the demonstration; no decision seen"),
    pgettext_lazy(
        "citation",
        "Fields follow what the public page of the ministry shows; the annex of the decree was not seen",
    ),
    pgettext_lazy(
        "citation",
        "Forms under the Law on Employment of 2025 were not seen: fields follow the labour survey before it",
    ),
    pgettext_lazy(
        "citation",
        "How the identifier of 12 characters is made was seen in a secondary source only: its form is not checked",
    ),
    pgettext_lazy("citation", "Labels differ between the systems of the provinces"),
    pgettext_lazy("citation", "Labels of one-stop systems in use, mapped to the national statuses"),
    pgettext_lazy("citation", "List of relations used by Viet Nam Social Security"),
    pgettext_lazy(
        "citation", "National database of administrative procedures; sectors of the procedures shipped"
    ),
    pgettext_lazy(
        "citation",
        "Published judgments carry initials in place of names: the register names no person on purpose",
    ),
    pgettext_lazy("citation", "Resolutions of the Standing Committee on merging communes, 2025"),
    pgettext_lazy(
        "citation",
        "Short list of the countries most met; whether national databases use ISO codes is not verified",
    ),
    pgettext_lazy("citation", "Signs of land use changed in 2024 and 2025"),
    pgettext_lazy("citation", "Signs of some uses changed with the circulars of 2024; older maps use others"),
    pgettext_lazy("citation", "Statistics office list"),
    pgettext_lazy(
        "citation", "Status codes of the National Public Service Portal; transitions from common practice"
    ),
    pgettext_lazy("citation", "The acts cited beside each term; French by the authors of the house"),
    pgettext_lazy(
        "citation", "The charge for late registration is set by each province; 8,000 đ is an example"
    ),
    pgettext_lazy("citation", "The citizen learns the outcome by a notice; in law no paper is due"),
    pgettext_lazy("citation", "The codes and their words were not checked against the annex of the circular"),
    pgettext_lazy("citation", "The codes used by the ministry's own system were not seen"),
    pgettext_lazy(
        "citation", "The codes were seen in five sources; the transitions between them are general knowledge"
    ),
    pgettext_lazy("citation", "The form of the labour survey under the new law was not seen"),
    pgettext_lazy(
        "citation",
        "The forms of Decree 335/2026/NĐ-CP were not seen; the questions follow form 01 of Decree 176/2025/NĐ-CP",
    ),
    pgettext_lazy(
        "citation", "The groups exempt under article 4 of Circular 75/2022/TT-BTC are from general knowledge"
    ),
    pgettext_lazy(
        "citation",
        "The five are those taught by community digital teams; the decision may group them otherwise",
    ),
    pgettext_lazy("citation", "The house itself"),
    pgettext_lazy(
        "citation",
        "The legal basis for a commune to keep account numbers is consent alone: leave the field empty where payment does not need it",
    ),
    pgettext_lazy("citation", "The list is that of social security; the residence database may use its own"),
    pgettext_lazy("citation", "The list of the decree was not seen in full"),
    pgettext_lazy(
        "citation",
        "How the decision compares the mean time with the legal one was not seen: it gives no points here",
    ),
    pgettext_lazy(
        "citation", "The month from which the pension is paid is taken as the month of the decision"
    ),
    pgettext_lazy("citation", "The names are general knowledge and the codes are not verified"),
    pgettext_lazy(
        "citation",
        "The new Law on Civil Status of 23 April 2026, in force on 1 March 2027, will change this procedure",
    ),
    pgettext_lazy(
        "citation",
        "The new Law on Civil Status, in force on 1 March 2027, lets the commune register births from health data on its own",
    ),
    pgettext_lazy(
        "citation",
        "The new Law on Civil Status, in force on 1 March 2027, lets the commune register deaths from health data on its own",
    ),
    pgettext_lazy(
        "citation",
        "The number and date of the decision are from general knowledge; the 54 codes were seen in three sources",
    ),
    pgettext_lazy(
        "citation",
        "The pupil code is about 10 digits and moving to the personal number: the length is not checked",
    ),
    pgettext_lazy("citation", "The two are rarely both true"),
    pgettext_lazy("citation", "The two cannot both be true of one person"),
    pgettext_lazy("citation", "There is no official French version of these terms"),
    pgettext_lazy(
        "citation",
        "Whether Circular 226/2016/TT-BTC is still in force after Decree 362/2025 on fees was not seen",
    ),
    pgettext_lazy(
        "citation",
        "Which fields a digitised book must have differs by the form of its time: older books lack several",
    ),
    pgettext_lazy("citation", "Codes of Tai and Yao varieties were not checked with speakers"),
    pgettext_lazy("citation", "One code stands for all Hmong varieties spoken in the commune"),
    pgettext_lazy("citation", "The last day of a card is not known here; the ages of the law are used"),
    pgettext_lazy("citation", "Which groups are exempt from the 8,000 đ of Circular 281/2016/TT-BTC"),
    pgettext_lazy("citation", "Which groups are exempt from which fee differs by fee and by province"),
    pgettext_lazy("citation", "Which monthly benefits exclude each other after Decree 176/2025/NĐ-CP"),
    pgettext_lazy("citation", "XXA and XXX from ICAO Doc 9303"),
    pgettext_lazy(
        "citation",
        "What the provincial police, tax, insurance and land registration offices take, and the names of their applications, are general knowledge, not read in a decision",
    ),
    pgettext_lazy(
        "citation",
        "A card made within two years before such an age holds until the next one: the volunteer reads the day on the card",
    ),
    # Figures.
    pgettext_lazy("citation", "Reports of five provinces, autumn 2025"),
    pgettext_lazy("citation", "The points of this part are from general knowledge"),
    pgettext_lazy("citation", "The target of this part is from general knowledge"),
    pgettext_lazy("citation", "The limits of the marks are from general knowledge"),
    pgettext_lazy(
        "citation",
        "All points of the group stand on this part: how they are shared with the mean time was not seen",
    ),
    pgettext_lazy(
        "citation",
        "The share sent to the national portal, by which the decision multiplies, is left out",
    ),
    pgettext_lazy(
        "citation",
        "A procedure is counted once in a month: over longer periods the largest month stands",
    ),
)
