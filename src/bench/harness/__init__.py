# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""What the programs of src/bench share: processes, traffic, the two peers, and the tables."""
