"""The turns of `studio.engine.fairness` as one statement of PostgreSQL, so that any number of workers take jobs in the same order.

A session's jobs get numbers: how many of its jobs run in the lane, and one more for each that waits. An address's sessions are merged by those
numbers and then by who was served longest ago, and addresses in the same way. The job with the lowest number is next. Since a second worker
skips what the first has locked, it takes the second in the same line.
"""

_LINE = """
WITH waiting AS (
    SELECT id, session, address, artifact, pipeline, place, created FROM jobs
    WHERE state = 'queued' AND lane = ? AND not_before <= now_seconds()),
busy AS (SELECT session, address FROM jobs WHERE state = 'running' AND lane = ?),
busy_sessions AS (SELECT session, COUNT(*) AS n FROM busy GROUP BY session),
busy_addresses AS (SELECT address, COUNT(*) AS n FROM busy GROUP BY address),
served AS (
    SELECT s.session, (SELECT MAX(j.started) FROM jobs j WHERE j.session = s.session AND j.lane = ?) AS at
    FROM (SELECT DISTINCT session FROM waiting) s),
numbered AS (
    SELECT w.*, COALESCE(b.n, 0) + ROW_NUMBER() OVER (PARTITION BY w.session ORDER BY w.place, w.id) AS turn,
        GREATEST(COALESCE(s.at, 0), MIN(w.created) OVER (PARTITION BY w.session)) AS since
    FROM waiting w LEFT JOIN busy_sessions b ON b.session = w.session LEFT JOIN served s ON s.session = w.session),
lined AS (
    SELECT n.*, COALESCE(b.n, 0) + ROW_NUMBER() OVER (PARTITION BY n.address ORDER BY n.turn, n.since, n.place, n.id) AS address_turn,
        MIN(n.since) OVER (PARTITION BY n.address) AS address_since
    FROM numbered n LEFT JOIN busy_addresses b ON b.address = n.address)
"""
_FAIR = (
    "CASE WHEN l.address = '' THEN l.turn ELSE l.address_turn END"  # without an address each session counts for itself
)
_ORDER = f"{_FAIR}, l.address_since, l.turn, l.since, l.place, l.id"
PATIENT_SECONDS = 20  # that a job may be passed over by others of the same turn whose models are loaded
LINE = _LINE + f"SELECT l.id FROM lined l ORDER BY {_ORDER}"  # values: the lane, three times
# values: the lane three times, the pipelines that are loaded here (__WARM__), who claims, for how many seconds. A job whose models are loaded
# goes before others of the same turn.
CLAIM = (
    _LINE
    + f""", one AS (
    SELECT j.id FROM lined l JOIN jobs j ON j.id = l.id
    WHERE j.state = 'queued' AND NOT EXISTS (
        SELECT 1 FROM jobs r WHERE r.session = j.session AND r.artifact = j.artifact AND r.state = 'running' AND r.lane <> 'inline')
    ORDER BY {_FAIR}, (now_seconds() - l.created > {PATIENT_SECONDS}) DESC, (l.pipeline IN (__WARM__)) DESC NULLS LAST, {_ORDER} LIMIT 1 FOR UPDATE OF j SKIP LOCKED)
UPDATE jobs SET state = 'running', holder = ?, lease = now_seconds() + ?, fence = fence + 1, started = now_seconds(),
    attempts = attempts + 1, cancel = 0, fraction = 0, problem = NULL
WHERE id = (SELECT id FROM one) RETURNING *"""
)
