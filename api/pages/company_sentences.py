"""The sentences that the rules say of entities, marked to be said in other languages."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "listed": _(
        "{name} stands on the list {list} as {listed} since {since} (snapshot {snapshot},"
        " retrieved {retrieved})."
    ),
    "near": _(
        "{name} is much like {listed} on the list {list} ({score}), and nobody has "
        "decided whether they are one."
    ),
    "list_unknown": _(
        "{name} is matched with the list {list}, of which the rule set knows nothing."
    ),
    "government": _("{name} is a government of {country}, a covered nation."),
    "citizen": _(
        "{name} is a national of {country}, a covered nation, and no citizen, national or"
        " lawful permanent resident of the United States."
    ),
    "organised": _("{name} is organised in {country}, a covered nation."),
    "principal": _("{name} has its principal place of business in {country}, a covered nation."),
    "region": _(
        "{name} is organised or has its principal place of business in {country}: whether"
        " that is the covered nation is for counsel to say."
    ),
    "no_country": _("It is not known in which country {name} is organised."),
    "no_principal": _("It is not known where {name} has its principal place of business."),
    "no_nationality": _("It is not known of which country {name} is a national."),
    "no_status": _(
        "{name} is a national of {country}, a covered nation; whether also a citizen, "
        "national or lawful permanent resident of the United States is not known."
    ),
    "controlled": _(
        "{owner} owns {percent} % of {name} ({measure}), which is more than {border} %."
    ),
    "one_owner": _(
        "{owner}, a specified foreign entity, owns {percent} % of {name} ({measure}), "
        "which is not less than {border} %."
    ),
    "all_owners": _(
        "Specified foreign entities together own {percent} % of {name} ({measure}), which"
        " is not less than {border} %."
    ),
    "circle": _(
        "Holdings run in a circle: specified foreign entities own {percent} % or {most} %"
        " of {name} ({measure}), as the circle is read, and {border} % lies between."
    ),
    "holding": _(
        "{owner} holds {percent} % of {name} ({measure}) since {since}; source: {source}."
    ),
    "too_much": _("What is recorded of holdings in {name} ({measure}) adds up to {percent} %."),
    "not_told": _(
        "The owners, lenders and officers of {name} were not told completely as of {on}."
    ),
    "remainder": _("Who owns {percent} % of {name} is not known."),
    "could": _(
        "With what is not known, specified foreign entities could own {percent} % of "
        "{name} ({measure})."
    ),
    "office": _(
        "{owner}, a specified foreign entity, may appoint {office} of {name} since "
        "{since}; source: {source}."
    ),
    "office_unknown": _(
        "{owner}, of which it is not known what it is, may appoint {office} of {name}."
    ),
    "debt": _(
        "Specified foreign entities hold {percent} % of the debt of {name}, which is not "
        "less than {border} %."
    ),
    "lender": _("{owner} holds {percent} % of the debt of {name} since {since}; source: {source}."),
    "debt_unknown": _(
        "With lenders of which it is not known what they are, specified foreign entities "
        "could hold {percent} % of the debt of {name}."
    ),
    "paid_controlled": _(
        "{name} paid {owner} on {paid} under the contract {contract}, which gives "
        "effective control, as counsel concluded; source: {source}."
    ),
    "paid_review": _(
        "{name} paid {owner} on {paid} under the contract {contract}, with rights that "
        "may be effective control ({rights}): counsel has not concluded."
    ),
    "paid_unknown": _(
        "{name} paid {owner}, of which it is not known what it is, on {paid} under the "
        "contract {contract}, with rights that may be effective control ({rights})."
    ),
    "traded": _(
        "{name} is publicly traded: other tests hold for it, which are for counsel to make."
    ),
    "early_year": _(
        "The taxable year of {name} from {begins} to {ends} begins before the law: "
        "whether anything is tested for it is for counsel to say."
    ),
    "no_entity": _("Nothing is recorded of {name}."),
    "clean": _(
        "No test is met: specified foreign entities own {percent} % of {name} and hold "
        "{debt} % of its debt, as told completely as of {on}."
    ),
    "clean_person": _("{name} is no government or national of a covered nation, and on no list."),
    "unscreened": _("No copy of the list {list} is held: nobody was looked for on it."),
    "counsel": _("{reviewer} concluded {conclusion} on {on}: {reason} (paper {paper})."),
}
