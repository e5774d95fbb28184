"""The bucket of each node in a payload: a separate small column, which older viewers ignore."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from duronb.analysis.bottlenecks.assignment import Assignment
from duronb.model.profile import Indices
from duronb.views.kit.escape import well_formed
from duronb.views.payload.compression import compress, decompress
from duronb.views.payload.limits import MAX_BUCKETS
from duronb.views.payload.varint import decode_varints, encode_varints


def bucket_column(assignment: Assignment, parent: Indices) -> dict[str, Any]:
    """Encode the bucket of each node: 0 for the bucket of its parent, else 1 + the index of its bucket.

    The root has the last bucket, which is ``unknown``.

    Parameters
    ----------
    assignment
        The bucket of each node.
    parent
        The parent of each node, shape ``(nodes,)``.
    """
    buckets = assignment.catalogue.buckets
    bucket = assignment.bucket[1:].astype(np.int64)
    steps = np.where(bucket == assignment.bucket[parent[1:]], 0, bucket + 1)
    return {
        "ids": [bucket.id for bucket in buckets],
        "titles": [well_formed(bucket.title) for bucket in buckets],
        "data": base64.b64encode(compress(encode_varints(steps))).decode("ascii"),
    }


def decode_bucket_column(source: Any, parent: Indices) -> tuple[list[str], Indices]:
    """Decode the column: the ids of the buckets, and the index of each node's bucket, shape ``(nodes,)``.

    Raises
    ------
    ValueError, KeyError, TypeError, zlib.error
        The column is damaged.
    """
    ids = [str(name) for name in source["ids"]]
    data = decompress(source["data"])
    steps, end = decode_varints(data, len(parent) - 1, 0)
    if not 1 <= len(ids) <= MAX_BUCKETS or end != len(data) or int(steps.max(initial=0)) > len(ids):
        raise ValueError("buckets")
    column = [len(ids) - 1]
    for above, step in zip(parent[1:].tolist(), steps.tolist(), strict=True):
        column.append(step - 1 if step else column[above])
    return ids, np.asarray(column, dtype=np.int32)
