# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""Tables: min / median / max over the rounds, and ratios taken within each round."""

import statistics

FIGURES = (
    ("accepted/s", "accepted_per_s", "{:.0f}"),
    ("delivered/s", "delivered_per_s", "{:.0f}"),
    ("CPU s/1000", "cpu_s_per_1000", "{:.2f}"),
    ("peak RSS MB", "peak_rss_mb", "{:.0f}"),
    ("peak PSS MB", "peak_pss_mb", "{:.0f}"),
    ("other CPU", "other_cpu_cores", "{:.2f}"),
    ("extra copies", "extra_copies", "{:.0f}"),
)


def spread(values, form="{:.2f}"):
    """min / median / max in one cell, or the only value."""
    if len(values) == 1:
        return form.format(values[0])
    return " / ".join(form.format(f(values)) for f in (min, statistics.median, max))


def table(header, rows):
    """A Markdown table that is also aligned for a terminal."""
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    lines = [header, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).ljust(width) for cell, width in zip(line, widths)) + " |"
        for line in lines
    )


def print_rows(title, rounds):
    """One line per peer over all its rounds."""
    peers = list(dict.fromkeys(figures["peer"] for figures in rounds))
    rows = []
    for peer in peers:
        mine = [figures for figures in rounds if figures["peer"] == peer]
        rows.append([peer] + [spread([m[key] for m in mine], form) for _, key, form in FIGURES])
    print(f"{title}\n{table(['peer'] + [name for name, _, _ in FIGURES], rows)}\n", flush=True)


def ratios(cell, key):
    """Posthouse divided by the peer, round by round; empty when only the peer ran."""
    return [a[key] / b[key] for a, b in (r for r in cell["rounds"] if len(r) == 2) if b[key]]


def print_cell(cell):
    title = f"{cell['size']}, {cell['sessions']} sessions, connections {cell['connections']}"
    print_rows(f"{title}: the peer's variants, one try each", cell["trials"])
    print_rows(f"{title}: in alternation, min / median / max of {len(cell['rounds'])} rounds",
               [figures for pair in cell["rounds"] for figures in pair])
    for name, key, _ in FIGURES[:5]:
        values = ratios(cell, key)
        if values:
            print(f"  ratio Posthouse : Postfix, {name}: {spread(values)}")
    print(flush=True)


def print_summary(cells):
    keys = [(name, key) for name, key, _ in FIGURES[:5]]
    rows = []
    for cell in cells:
        values = [ratios(cell, key) for _, key in keys]
        if all(values):
            head = [cell["size"], cell["sessions"], cell["connections"], cell["rounds"][0][1]["peer"]]
            rows.append(head + [spread(v) for v in values])
    if rows:
        print("Posthouse : Postfix (rates: higher is better; CPU and memory: lower is better)")
        header = ["size", "sessions", "connections", "against"] + [name for name, _ in keys]
        print(table(header, rows), flush=True)
