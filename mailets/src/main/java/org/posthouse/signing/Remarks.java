/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.posthouse.spelling.NearestName;

/** Gathers what is wrong with one file. */
final class Remarks {
  private static final int LONGEST = 60;

  private final String file;
  private final List<Remark> problems = new ArrayList<>();
  private final List<Remark> warnings = new ArrayList<>();

  Remarks(String file) {
    this.file = file;
  }

  void problem(XmlNode node, String text) {
    problems.add(remark(node, text));
  }

  void warning(XmlNode node, String text) {
    warnings.add(remark(node, text));
  }

  /** Of the file as a whole, or of a line without an element. */
  void problem(int line, String text) {
    problems.add(new Remark(file, line, "", text));
  }

  void unknownElement(XmlNode node, Set<String> known) {
    problem(node, NearestName.complaint("there is no such element", node.name(), known));
  }

  /** Says what attributes there are that nobody knows, and that text has no place in an element. */
  void checkForm(XmlNode node, Set<String> attributes) {
    for (String name : node.attributes().keySet()) {
      if (!attributes.contains(name)) {
        problem(node, complaint(name, attributes));
      }
    }
    if (node.hasText()) {
      problem(node, "it holds other elements, no text");
    }
  }

  private static String complaint(String name, Set<String> attributes) {
    String text = "there is no attribute " + name;
    return attributes.isEmpty() ? text : NearestName.complaint(text, name, attributes);
  }

  List<Remark> problems() {
    return sorted(problems);
  }

  List<Remark> warnings() {
    return sorted(warnings);
  }

  private static List<Remark> sorted(List<Remark> all) {
    return all.stream()
        .sorted(Comparator.comparingInt(Remark::line))
        .distinct()
        .collect(Collectors.toList());
  }

  /** With the attribute that tells it from others of its kind. */
  private Remark remark(XmlNode node, String text) {
    String which =
        node.attributes().entrySet().stream()
            .filter(each -> each.getKey().equals("name") || each.getKey().equals("selector"))
            .map(each -> " " + each.getKey() + "=\"" + shortened(each.getValue()) + "\"")
            .collect(Collectors.joining());
    return new Remark(file, node.line(), "<" + node.name() + which + ">", text);
  }

  private static String shortened(String value) {
    return value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "…";
  }
}
