"""Chaos: real executors are killed, stopped and raced while the organisation fails, and the outcome is judged.

``python -m tests.chaos --trials 1000 --seed 1`` for anyone. Each trial approves something in a database of its own,
lets an executor process carry it out under one interruption, one fault of the organisation and at times a colleague
who acts in between, then recovers to the end with the faults off, and holds the organisation's own records against
what was approved (``judge``), by code that shares nothing with the executor's.
"""
