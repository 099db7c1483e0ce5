"""Breakages of the list of accounts: who is in it, who is missing, and who may leave."""

from __future__ import annotations

from tests.breakages.breakage import Breakage

LISTING = (
    Breakage(
        what="only a contained resource keeps its account",
        matters="one that is blocked, or whose run failed, would be orphaned",
        file="operations/accounts/contained.py",
        old='LEFT: Final = (*HELD, "failed")',
        new='LEFT: Final = ("contained",)',
        check="tests/test_accounts_contained.py::"
        "test_whatever_a_release_would_take_is_held_and_what_is_over_is_not",
    ),
    Breakage(
        what="only the first page of the state table is read",
        matters="what stands behind it would be orphaned",
        file="operations/accounts/contained.py",
        old='            items += page["Items"]',
        new='            items = items or page["Items"]',
        check="tests/test_accounts_contained.py::test_a_table_of_several_pages_is_read_whole",
    ),
    Breakage(
        what="no table counts as nothing contained",
        matters="an account would leave without having been asked",
        file="operations/accounts/contained.py",
        old='        if code_of(error) != "ResourceNotFoundException":\n            raise\n',
        new='        if code_of(error) == "ResourceNotFoundException":\n            return []\n',
        check="tests/test_accounts_contained.py::"
        "test_where_there_is_no_table_nothing_is_known_and_nothing_is_taken_out",
    ),
    Breakage(
        what="only the first page of the organisation is read",
        matters="of four hundred accounts, three hundred and eighty would go unseen",
        file="operations/accounts/organization.py",
        old='        listed += page["Accounts"]',
        new='        listed = listed or page["Accounts"]',
        check="tests/test_accounts_discover.py::"
        "test_a_large_organisation_is_read_page_by_page_and_fills_batch_after_batch",
    ),
    Breakage(
        what="a closed account counts as one to cover",
        matters="its deployment would fail, and with it the batch",
        file="operations/accounts/comparing.py",
        old="e.state == ACTIVE and e.id != organization.management",
        new="e.id != organization.management",
        check="tests/test_accounts_discover.py::"
        "test_accounts_in_git_that_are_closed_or_gone_are_told_with_what_to_do",
    ),
    Breakage(
        what="the management account is covered like a member",
        matters="nobody decided that a pipeline acts in it",
        file="operations/accounts/comparing.py",
        old="e.state == ACTIVE and e.id != organization.management",
        new="e.state == ACTIVE",
        check="tests/test_accounts_discover.py::"
        "test_without_a_management_account_the_delegated_administrator_is_asked",
    ),
    Breakage(
        what="an id without quotes passes",
        matters="Pulumi would deploy into another account than the file says",
        file="operations/accounts/files.py",
        old='    mistakes = [*_twice(name, root), *_numbers(name, at(root, "config", KEY))]',
        new="    mistakes = [*_twice(name, root)]",
        check="tests/test_accounts_bad_files.py::"
        "test_a_bad_file_is_told_once_with_its_line_and_the_remedy",
    ),
    Breakage(
        what="a batch without a file passes",
        matters="nobody would deploy its accounts, and nobody would know",
        file="operations/accounts/judging.py",
        old="        if batch and name not in files:",
        new="        if batch and not files:",
        check="tests/test_accounts_bad_files.py::"
        "test_a_bad_file_is_told_once_with_its_line_and_the_remedy",
    ),
    Breakage(
        what="the line ends of windows get mixed",
        matters="a pull request would show every line",
        file="operations/accounts/editing.py",
        old='    if "\\r\\n" not in like:',
        new='    if "\\r\\n" in like:',
        check="tests/test_accounts_editing.py::test_lines_that_end_as_on_windows_go_on_ending_so",
    ),
)
