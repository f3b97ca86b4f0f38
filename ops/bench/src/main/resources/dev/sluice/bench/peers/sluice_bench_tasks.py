"""The tasks of Sluice's benchmarks, for Celery. Everything else comes from the environment."""

import os
import uuid

from celery import Celery
from celery.signals import worker_process_init
from kombu import Queue

env = os.environ
app = Celery("bench", broker=env["BENCH_BROKER"])
app.conf.update(
    task_queues=[Queue(env["BENCH_QUEUE"], routing_key=env["BENCH_QUEUE"])],
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=128,
    worker_disable_rate_limits=True,
    worker_send_task_events=False,
    broker_heartbeat=0,
)
notes = None
database = None


@worker_process_init.connect
def open_files_and_connections(**_):
    global notes, database
    if "BENCH_DB_HOST" not in env:
        path = os.path.join(env["BENCH_FOLDER"], "ids-%d" % os.getpid())
        notes = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        return
    import MySQLdb

    database = MySQLdb.connect(
        host=env["BENCH_DB_HOST"],
        port=int(env["BENCH_DB_PORT"]),
        db=env["BENCH_DB_NAME"],
        user=env["BENCH_DB_USER"],
        passwd=env["BENCH_DB_PASSWORD"],
        charset="utf8mb4",
    )
    database.autocommit(False)


@app.task(name="bench.noop", bind=True)
def noop(self, **_):
    os.write(notes, self.request.id.encode() + b"\n")


@app.task(name="bench.write", bind=True)
def write(self, number, text):
    import MySQLdb

    task = uuid.UUID(self.request.id)
    day = (task.int >> 80) // 86400000
    cursor = database.cursor()
    try:
        cursor.execute(
            "INSERT INTO sluice_inbox (bucket, task, kind, result, at)"
            " VALUES (%s, %s, 0, NULL, UTC_TIMESTAMP(3))",
            (day, task.bytes),
        )
        cursor.execute("INSERT INTO bench_row (number, text) VALUES (%s, %s)", (number, text))
        database.commit()
    except MySQLdb.IntegrityError:
        database.rollback()
    finally:
        cursor.close()
