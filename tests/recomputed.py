"""The figures of a report, computed again another way: SQL over the raw events, nothing of ours.

``python recomputed.py LEDGER.jsonl OBJECTIVE_SECONDS`` prints them as JSON. It knows the ledger's
events as ``docs/report.md`` describes them, and imports the standard library alone.
"""

# ruff: noqa: S608 - the questions are made here, of names that are in the ledger

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

LOAD = """
CREATE TABLE said AS SELECT
  rowid AS line,
  event ->> '$.source' AS source, event ->> '$."detail-type"' AS kind,
  event ->> '$.account' AS account, event ->> '$.time' AS told,
  coalesce(event ->> '$.detail.at', event ->> '$.time') AS at,
  julianday(coalesce(event ->> '$.detail.at', event ->> '$.time')) * 86400.0 AS second,
  coalesce(event ->> '$.detail.finding_id', event ->> '$.detail.id') AS finding,
  CASE WHEN event ->> '$.source' = 'aws.guardduty' THEN 'received'
       WHEN event ->> '$."detail-type"' = 'Response Step' THEN 'step'
       ELSE event ->> '$.detail.stage' END AS stage,
  CASE WHEN event ->> '$.source' = 'aws.guardduty' THEN 'Notify'
       ELSE event ->> '$.detail.action' END AS action,
  event ->> '$.detail.route' AS route, event ->> '$.detail.team' AS team,
  event ->> '$.detail.why' AS why, coalesce(event ->> '$.detail.occurrence', 1) AS occurrence,
  coalesce(event ->> '$.detail.drill', 0)
    OR event -> '$.detail.service.additionalInfo.sample' IS NOT NULL
    OR EXISTS (SELECT 1 FROM json_each(event, '$.detail.resource.instanceDetails.tags') tag
      WHERE tag.value ->> '$.key' = 'containment:drill') AS drill,
  coalesce(event ->> '$.detail.dry_run', 0) AS dry,
  event ->> '$.detail.execution_id' AS run,
  CASE WHEN event ->> '$.source' = 'aws.guardduty' THEN
      (julianday(event ->> '$.time')
        - julianday(event ->> '$.detail.service.eventFirstSeen')) * 86400.0
    ELSE event ->> '$.detail.elapsed_s' END AS elapsed,
  julianday(coalesce(event ->> '$.detail.event_time',
    CASE WHEN event ->> '$.source' = 'aws.guardduty' THEN event ->> '$.time' END)) * 86400.0
    AS detected,
  event ->> '$.detail.step' AS step, event ->> '$.detail.kind' AS doer,
  event ->> '$.detail.outcome' AS ended, event ->> '$.detail.seconds' AS seconds
FROM raw WHERE event ->> '$.source' IN
  ('aws.guardduty', 'containment.runbook', 'containment.response');

CREATE VIEW drills AS SELECT DISTINCT finding FROM said WHERE drill;
CREATE TABLE good AS SELECT * FROM said WHERE second IS NOT NULL AND finding <> '' AND NOT dry
  AND coalesce(stage, '') NOT IN ('alive', 'waiting', '');

-- Where each occurrence of a finding begins, and its first sign.
CREATE TABLE starts AS SELECT finding, occurrence, second AS begins, second - elapsed AS sign
  FROM (SELECT *, row_number() OVER
      (PARTITION BY finding, occurrence ORDER BY second, line) AS nth
    FROM good WHERE elapsed IS NOT NULL
      AND (source <> 'aws.guardduty' OR finding NOT IN
        (SELECT finding FROM good WHERE source = 'containment.runbook' AND elapsed IS NOT NULL)))
  WHERE nth = 1;
-- What nobody timed begins with the first that was said of it.
INSERT INTO starts SELECT finding, 1, min(second), min(second) FROM good
  WHERE finding NOT IN (SELECT finding FROM starts) GROUP BY finding;
CREATE TABLE placed AS SELECT good.*, coalesce(
    (SELECT occurrence FROM starts s WHERE s.finding = good.finding AND s.begins <= good.second
      ORDER BY s.begins DESC LIMIT 1),
    (SELECT min(occurrence) FROM starts s WHERE s.finding = good.finding)) AS number
  FROM good WHERE stage <> 'step';

CREATE TABLE reached AS SELECT p.finding, number, stage, max(0, round(coalesce(elapsed,
    second - sign), 3)) AS after FROM
  (SELECT *, row_number() OVER (PARTITION BY finding, number, stage ORDER BY second, line) AS nth
    FROM placed) p JOIN starts s ON s.finding = p.finding AND s.occurrence = p.number
  WHERE nth = 1 AND stage IN ('received', 'blocked', 'severed', 'contained', 'released')
UNION ALL SELECT p.finding, number, 'detected', max(0, round(min(p.detected) - min(sign), 3))
  FROM placed p JOIN starts s ON s.finding = p.finding AND s.occurrence = p.number
  WHERE p.detected IS NOT NULL AND number = 1 GROUP BY p.finding, number;

CREATE TABLE found AS SELECT p.finding, number, s.sign,
  max(CASE WHEN coalesce(action, '') <> 'Respond' THEN p.account END) AS account,
  coalesce(max(p.route), 'unrouted') AS route,
  coalesce(nullif(max(p.team), ''), 'nobody was called') AS team,
  strftime('%Y-%m', s.sign / 86400.0) AS month,
  p.finding IN (SELECT finding FROM drills) AS drill,
  CASE WHEN sum(stage = 'contained') THEN 'contained'
    WHEN sum(stage = 'blocked') THEN 'blocked' WHEN sum(stage = 'refused') THEN 'refused'
    WHEN sum(stage = 'not-contained') THEN 'not-contained'
    WHEN sum(stage = 'failed' AND coalesce(action, '') <> 'Preserve') THEN 'failed'
    WHEN sum(stage = 'skipped') THEN 'skipped'
    WHEN sum(stage = 'approval-wanted') THEN 'waiting'
    WHEN sum(coalesce(action, '') = 'Notify') THEN 'for-people' ELSE 'open' END AS outcome,
  sum(stage = 'approved') > 0 AS approved,
  sum(stage = 'joined' AND action = 'Contain') +
    max(0, sum(stage = 'received' AND action = 'Notify') - 1) AS updates
  FROM placed p LEFT JOIN starts s ON s.finding = p.finding AND s.occurrence = p.number
  GROUP BY p.finding, number;
"""


def one(db: sqlite3.Connection, question: str, *given: object) -> Any:
    """The one value that answers a question."""
    return db.execute(question, given).fetchone()[0]


def times(db: sqlite3.Connection, stage: str, which: str) -> dict[str, Any] | None:
    """How many, the median and the ninth of ten of a stage's times, sorted by SQL."""
    joined = f"FROM reached JOIN found USING (finding, number) WHERE stage = '{stage}' AND {which} "
    joined += "AND outcome <> 'skipped'"
    count = one(db, f"SELECT count(*) {joined}")
    if not count:
        return None
    nth = f"SELECT after {joined} ORDER BY after LIMIT 1 OFFSET ?"
    middle = (one(db, nth, (count - 1) // 2) + one(db, nth, count // 2)) / 2
    return {"count": count, "median_s": middle, "p90_s": one(db, nth, (9 * count + 9) // 10 - 1)}


def group(db: sqlite3.Connection, which: str, objective: float) -> dict[str, Any]:
    """The figures of some occurrences."""
    outcomes = db.execute(
        f"SELECT outcome, count(*) FROM found WHERE {which} GROUP BY 1 ORDER BY 1"
    )
    contained = f"FROM found JOIN reached USING (finding, number) WHERE {which} "
    contained += "AND outcome = 'contained' AND stage = 'contained'"
    must = "('contained', 'blocked', 'failed', 'not-contained')"
    stages = ("detected", "received", "blocked", "severed", "contained", "released")
    spans = {stage: times(db, stage, which) for stage in stages}
    return {
        "count": one(db, f"SELECT count(*) FROM found WHERE {which}"),
        "outcomes": dict(outcomes.fetchall()),
        "stages": {stage: found for stage, found in spans.items() if found},
        "within": one(db, f"SELECT count(*) {contained} AND after <= ?", objective),
        "of": one(db, f"SELECT count(*) FROM found WHERE {which} AND outcome IN {must}"),
        "automatic": one(db, f"SELECT count(*) {contained} AND NOT approved"),
        "by_approval": one(db, f"SELECT count(*) {contained} AND approved"),
    }


def figures(path: Path, objective: float) -> dict[str, Any]:
    """Every figure that can be had this way."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE raw (event TEXT)")
    with path.open() as lines:
        db.executemany("INSERT INTO raw VALUES (?)", ((line,) for line in lines))
    db.executescript(LOAD)
    said = {"all": group(db, "NOT drill", objective), "drills": group(db, "drill", objective)}
    for by in ("route", "account", "team", "month"):
        names = [row[0] for row in db.execute(f"SELECT DISTINCT {by} FROM found WHERE NOT drill")]
        said[f"by_{by}"] = {
            name: group(db, f"NOT drill AND {by} = '{name}'", objective) for name in sorted(names)
        }
    real = "stage = 'step' AND finding NOT IN (SELECT finding FROM drills)"
    steps = db.execute(
        "SELECT step, doer, count(*), sum(ended = 'success'), round(sum(seconds), 1) "
        f"FROM good WHERE {real} GROUP BY 1, 2"
    )
    said["steps"] = {f"{step} {doer}": rest for step, doer, *rest in steps}
    said["updates"] = one(db, "SELECT sum(updates) FROM found WHERE NOT drill")
    said["dry_runs"] = one(db, "SELECT count(DISTINCT run) FROM said WHERE dry")
    return said


if __name__ == "__main__":
    print(json.dumps(figures(Path(sys.argv[1]), float(sys.argv[2]))))
