"""Aggregates: what to ask GitHub, and what to make of the answers. Pure: values in, values out.

An aggregate is a plan (`plan.py`: steps, some of which name further ones) and a fold (`fold.py`:
parts, some of them failed -> a document of `model.py`). Whoever runs the steps, one after the
other or all at once, hands the resulting parts to the fold in any order.
"""
