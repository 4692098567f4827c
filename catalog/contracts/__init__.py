"""Contracts as documents: read, write, compare. Pure: no Django, no database, no network.

``reading.read`` takes the bytes of a file in any form that is known (the platform's own, the Open Data Contract Standard,
the Data Contract Specification) and gives one neutral ``model.Document``; ``writing`` gives a form back; ``diff.compare``
says what changed from one document to the next, and by which rule that breaks somebody.
"""
