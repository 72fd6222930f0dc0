from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"

    def ready(self) -> None:
        from governance import (
            access_rules,
            deputies_word,
            deputising,
            following,
            gates,
            gates_lineage,
            grants_word,
            kinds,
            panels,
            propagating,
            reactions,
            settling_word,
            states,
            states_rules,
            thread,
        )
        from governance.enforcement import word
        from governance.evidence import word as evidence_word
        from governance.lead import asof_word
        from governance.lead import word as lead_word
        from governance.rules import gates as rule_gates
        from governance.rules import grades_word
        from governance.rules import word as rule_word
        from governance.scanner.word import WORD
        from governance.words import register_word
        from web.shell import register_entry

        del (
            access_rules,
            deputies_word,
            deputising,
            following,
            gates,
            gates_lineage,
            grants_word,
            settling_word,
            kinds,
            panels,
            propagating,
            reactions,
            states,
            thread,
            word,
            evidence_word,
            lead_word,
            asof_word,
        )
        del states_rules, rule_gates, rule_word, grades_word
        register_word(WORD)
        register_entry(_("Governance"), "governance:home-show", group="control", order=10, key="g")
        register_entry(_("Rules"), "governance:rule-list", group="control", order=15)
        register_entry(
            _("Audit"), "governance:audit-list", group="control", order=20,
            allowed=lambda user: user.has_role("governance_lead", "auditor"),
        )  # fmt: skip
