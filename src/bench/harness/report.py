# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""Tables: min / median / max over the rounds, and ratios taken within each round."""

import statistics

OURS = "posthouse"
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
    peers = list(dict.fromkeys(one["peer"] for one in rounds))
    rows = []
    for peer in peers:
        mine = [one for one in rounds if one["peer"] == peer]
        rows.append([peer] + [spread([m[key] for m in mine], form) for _, key, form in FIGURES])
    print(f"{title}\n{table(['peer'] + [name for name, _, _ in FIGURES], rows)}\n", flush=True)


def best(cell, key):
    """The variant of the peer with the best median of a figure: rates high, costs low."""
    choose = max if key.endswith("per_s") else min
    names = [one["peer"] for one in cell["rounds"][0] if one["peer"] != OURS]
    return choose(names, key=lambda name: statistics.median(figures(cell, name, key)))


def figures(cell, name, key):
    return [one[key] for peers in cell["rounds"] for one in peers if one["peer"] == name]


def ratios(cell, key):
    """Posthouse divided by the peer's best variant for this figure, round by round."""
    theirs = figures(cell, best(cell, key), key)
    return [a / b for a, b in zip(figures(cell, OURS, key), theirs) if b]


def print_cell(cell):
    title = f"{cell['size']}, {cell['sessions']} sessions, connections {cell['connections']}"
    print_rows(f"{title}: in alternation, min / median / max of {len(cell['rounds'])} rounds",
               [one for peers in cell["rounds"] for one in peers])
    for name, key, _ in FIGURES[:5]:
        values = ratios(cell, key)
        if values:
            print(f"  {name}: Posthouse : {best(cell, key)} = {spread(values)}")
    print(flush=True)


def print_summary(cells):
    keys = [(name, key) for name, key, _ in FIGURES[:5]]
    rows = []
    for cell in cells:
        values = [ratios(cell, key) for _, key in keys]
        if all(values):
            head = [cell["size"], cell["sessions"], cell["connections"]]
            rows.append(head + [spread(v) for v in values])
    if rows:
        print("Posthouse : the best Postfix variant for each figure, min / median / max of the rounds")
        print("(rates: more than 1 is better; CPU and memory: less than 1 is better)")
        header = ["size", "sessions", "connections"] + [name for name, _ in keys]
        print(table(header, rows), flush=True)
