"""What breaks the rules of the workflows together, which are those of promotion."""

from __future__ import annotations

from tests.planted_workflows import Planted

PLANTED = (
    Planted(
        rule="started_by_what_the_table_says",
        file="promote",
        old="branches: [main]",
        new="branches: [main, release]",
        says="another branch than main",
    ),
    Planted(
        rule="started_by_what_the_table_says",
        file="drift",
        old="    if: github.ref == 'refs/heads/main'\n",
        new="",
        says="drift.drift: can be started on a branch",
    ),
    Planted(
        rule="environments_are_those_of_the_list",
        file="drift",
        old="[dev, staging, prod]",
        new="[dev, staging]",
        says="drift.drift: environments are ['dev', 'staging']",
    ),
    Planted(
        rule="environments_are_those_of_the_list",
        file="drill",
        old='["dev", "staging", "prod"]',
        new='["dev", "prod"]',
        says="drill.drill: environments are ['dev', 'prod']",
    ),
    Planted(
        rule="environments_are_those_of_the_list",
        file="drill",
        old="options: [all, dev, staging, prod]",
        new="options: [all, dev, prod]",
        says="drill: can be asked for",
    ),
    Planted(
        rule="stages_follow_each_other",
        file="promote",
        old="needs: staging",
        new="needs: dev",
        says="promote.prod: does not wait for staging alone",
    ),
    Planted(
        rule="stages_follow_each_other",
        file="promote",
        old="      environment: staging\n",
        new="      environment: prod\n",
        says="promote.staging: is not the stage of staging",
    ),
    Planted(
        rule="gates_stand",
        file="stage",
        old="      - name: Attack\n        id: attack\n        run: make drill\n",
        new="",
        says="stage.deploy: does ['make ready pulumi', 'make promote', 'make preflight', 'make sw",
    ),
    Planted(
        rule="gates_stand",
        file="stage",
        old="    needs: rehearse\n",
        new="",
        says="stage.deploy: does not wait for the rehearsal",
    ),
    Planted(
        rule="nothing_else_goes_on_after_a_failure",
        file="promote",
        old="    needs: staging\n",
        new="    needs: staging\n    if: always()\n",
        says="promote.prod: goes on after a failure if always(), not nothing",
    ),
    Planted(
        rule="nothing_else_goes_on_after_a_failure",
        file="stage",
        old="        run: make drill\n",
        new="        if: failure()\n        run: make drill\n",
        says="stage.deploy.make drill: goes on after a failure if failure(), not nothing",
    ),
    Planted(
        rule="nothing_else_goes_on_after_a_failure",
        file="drill",
        old='contains(fromJSON(\'["failure", "cancelled"]\'), steps.attack.outcome)',
        new="true",
        says="drill.drill.make sweep: goes on after a failure if always() && true, not",
    ),
    Planted(
        rule="attacks_are_swept_up",
        file="drill",
        old="        run: make sweep",
        new="        run: make issue",
        says="drill.drill: after its drill comes make issue, not make sweep",
    ),
    Planted(
        rule="attacks_are_swept_up",
        file="stage",
        old="        id: attack\n",
        new="        id: drill\n",
        says="stage.deploy: after its drill comes make sweep",
    ),
)
