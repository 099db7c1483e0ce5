"""What breaks the rules of each workflow: a text that becomes another, and what is then said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A text of a workflow that becomes another, and what is then said."""

    rule: str
    file: str
    old: str
    new: str
    says: str


CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
PLANTED = (
    Planted(
        rule="grants_are_exact",
        file="check",
        old="permissions: {}",
        new="permissions: read-all",
        says="check: permissions at the top must be {}",
    ),
    Planted(
        rule="grants_are_exact",
        file="drill",
        old="contents: read #",
        new="contents: write #",
        says="drill.drill: permissions are {'contents': 'write', 'id-token': 'write'}",
    ),
    Planted(
        rule="actions_are_pinned",
        file="stage",
        old=CHECKOUT,
        new="actions/checkout@v6",
        says="stage: actions/checkout@v6 is not pinned",
    ),
    Planted(
        rule="actions_are_pinned",
        file="stage",
        old=CHECKOUT,
        new=CHECKOUT.replace("actions/", "acti0ns/"),
        says="or is of a stranger",
    ),
    Planted(
        rule="actions_are_pinned",
        file="stage",
        old=CHECKOUT,
        new=CHECKOUT.replace("de0f", "de00"),
        says="actions/checkout is used in 2 versions",
    ),
    Planted(
        rule="actions_are_pinned",
        file="check",
        old=CHECKOUT,
        new=CHECKOUT.removesuffix(" # v6.0.2"),
        says="does not say its version",
    ),
    Planted(
        rule="jobs_end",
        file="drift",
        old="    timeout-minutes: 120\n",
        new="",
        says="drift.drift: no timeout",
    ),
    Planted(
        rule="jobs_end",
        file="drill",
        old="ubuntu-24.04",
        new="self-hosted",
        says="drill.drill: runs on self-hosted",
    ),
    Planted(
        rule="runs_wait_for_each_other",
        file="stage",
        old="cancel-in-progress: false",
        new="cancel-in-progress: true",
        says="stage: a run that is under way may be cut off",
    ),
    Planted(
        rule="runs_wait_for_each_other",
        file="promote",
        old="group: promote",
        new="group: promote-${{ github.sha }}",
        says="the older overtake the newer",
    ),
    Planted(
        rule="runs_wait_for_each_other",
        file="drift",
        old="group: drift",
        new="group: promote",
        says="not one for each workflow",
    ),
    Planted(
        rule="steps_run_make_and_nothing_else",
        file="preview",
        old="run: make comment",
        new="run: make comment TITLE='${{ github.event.pull_request.title }}'",
        says="preview.comment: ",
    ),
    Planted(
        rule="steps_run_make_and_nothing_else",
        file="stage",
        old="        run: make drill",
        new="        continue-on-error: true\n        run: make drill",
        says="stage.deploy: 'Attack' goes on after a failure",
    ),
    Planted(
        rule="credentials_are_short_lived",
        file="drill",
        old="role-to-assume: ${{ vars.AWS_ROLE }}",
        new="aws-access-key-id: ${{ secrets.AWS_KEY }}\n          role-to-assume: any",
        says="is a key that lives on",
    ),
    Planted(
        rule="credentials_are_short_lived",
        file="stage",
        old="    environment: ${{ inputs.environment }}\n",
        new="",
        says="stage.deploy: takes a role outside of an environment",
    ),
    Planted(
        rule="credentials_are_short_lived",
        file="drill",
        old="run: make ready",
        new="run: make help",
        says="drill.drill: packages are installed beside credentials",
    ),
    Planted(
        rule="credentials_are_short_lived",
        file="accounts",
        old="persist-credentials: false",
        new="fetch-depth: 1",
        says="accounts.accounts: the checkout keeps GitHub's token",
    ),
    Planted(
        rule="nothing_is_cached",
        file="check",
        old='python-version: "3.12"',
        new='python-version: "3.12"\n          cache: pip',
        says="check: something is cached",
    ),
    Planted(
        rule="strangers_get_nothing",
        file="preview",
        old="on:\n  pull_request:",
        new="on:\n  pull_request_target:",
        says="preview: a stranger's event",
    ),
    Planted(
        rule="strangers_get_nothing",
        file="preview",
        old="    if: github.event.pull_request.head.repo.full_name == github.repository\n",
        new="",
        says="preview.preview: takes a role for a fork's code",
    ),
    Planted(
        rule="strangers_get_nothing",
        file="preview",
        old="${{ matrix.environment }}-preview\n",
        new="${{ matrix.environment }}\n",
        says="preview.preview: takes a role that may do more",
    ),
    Planted(
        rule="strangers_get_nothing",
        file="preview",
        old="          ref: ${{ github.event.pull_request.base.sha }}\n",
        new="",
        says="preview.comment: the pull request's own code runs beside a token",
    ),
)
