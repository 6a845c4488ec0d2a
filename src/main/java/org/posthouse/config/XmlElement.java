/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Where the elements of a configuration file stand: Commons Configuration keeps their values but
 * not their lines.
 *
 * @param name without a namespace
 * @param line of the end of its start tag, from 1
 * @param children in order
 */
public record XmlElement(String name, int line, List<XmlElement> children) {

  /** The root element of a file; empty when there is no such file or it is no well-formed XML. */
  public static Optional<XmlElement> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(file));
    } catch (IOException | XMLStreamException e) {
      // Whoever reads the values of this file tells what is wrong with it.
      return Optional.empty();
    }
  }

  /** Why a file is no XML, with file and line; empty when it is, or cannot be read at all. */
  public static Optional<String> problem(Path file) {
    try {
      parse(file);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (XMLStreamException e) {
      String text = String.valueOf(e.getMessage()).replaceFirst("(?s).*Message: ", "");
      String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNumber();
      return Optional.of(file.getFileName() + line + ": " + text);
    }
  }

  private static XmlElement parse(Path file) throws IOException, XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    // Entities of a DTD, which is not read, are for whoever reads the values.
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    try (InputStream in = Files.newInputStream(file)) {
      return read(factory.createXMLStreamReader(in));
    }
  }

  private static XmlElement read(XMLStreamReader xml) throws XMLStreamException {
    Deque<XmlElement> open = new ArrayDeque<>();
    open.push(new XmlElement("", 0, new ArrayList<>()));
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamReader.START_ELEMENT) {
        int line = xml.getLocation().getLineNumber();
        XmlElement element = new XmlElement(xml.getLocalName(), line, new ArrayList<>());
        open.element().children().add(element);
        open.push(element);
      } else if (event == XMLStreamReader.END_ELEMENT) {
        open.pop();
      }
    }
    return open.element().children().get(0);
  }

  /**
   * The element at a path below this one, {@code a.b(2).c}: counted from 0, without a number the
   * last of its name, a dot of a name doubled. Where the path leaves the file, its last element.
   */
  public XmlElement find(String path) {
    XmlElement found = this;
    for (String step : path.split("(?<![.])[.](?![.])", -1)) {
      int number = step.endsWith(")") ? step.indexOf('(') : -1;
      String wanted = (number < 0 ? step : step.substring(0, number)).replace("..", ".");
      List<XmlElement> all = found.children(wanted);
      int index =
          number < 0
              ? all.size() - 1
              : Integer.parseInt(step.substring(number + 1, step.length() - 1));
      if (index < 0 || index >= all.size()) {
        return found;
      }
      found = all.get(index);
    }
    return found;
  }

  /** The children of that name, in order. */
  public List<XmlElement> children(String wanted) {
    return children.stream().filter(child -> child.name().equals(wanted)).toList();
  }
}
