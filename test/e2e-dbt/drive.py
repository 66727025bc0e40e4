"""Runs dbt and DuckDB in one process: one JSON request a line on standard input, one JSON answer a line on the original output."""

import datetime
import decimal
import json
import os
import sys

# dbt prints what it does; the answers go where nothing else does.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import duckdb  # noqa: E402
from dbt.cli.main import dbtRunner  # noqa: E402

project, database = sys.argv[1], sys.argv[2]
manifest = None


def plain(value):
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat(sep=" ") if isinstance(value, datetime.datetime) else value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    return value


def sql(statements):
    with duckdb.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)
    return True


def query(text):
    with duckdb.connect(database) as connection:
        cursor = connection.execute(text)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, [plain(value) for value in row])) for row in cursor.fetchall()]


def dbt(arguments):
    global manifest
    common = ["--project-dir", project, "--profiles-dir", project, "--quiet"]
    if manifest is None:
        parsed = dbtRunner().invoke(["parse", *common])
        if not parsed.success:
            return {"success": False, "results": [], "message": str(parsed.exception)}
        manifest = parsed.result
    ran = dbtRunner(manifest=manifest).invoke([*arguments, *common])
    results = [
        {"id": each.node.unique_id, "status": str(each.status), "failures": each.failures, "message": each.message}
        for each in getattr(ran.result, "results", None) or []
    ]
    return {"success": ran.success, "results": results, "message": str(ran.exception or "")}


for line in sys.stdin:
    request = json.loads(line)
    try:
        if "dbt" in request:
            answer = {"value": dbt(request["dbt"])}
        elif "query" in request:
            answer = {"value": query(request["query"])}
        else:
            answer = {"value": sql(request["sql"])}
    except Exception as error:  # The test says which request failed, and why.
        answer = {"error": f"{type(error).__name__}: {error}"}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
