/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads a small XML file with its lines; nothing outside of it is ever looked at. */
final class XmlFile {
  private static final int MOST_DEPTH = 16;
  private static final int MOST_ELEMENTS = 50_000;

  private final XMLStreamReader reader;
  private int elements;

  private XmlFile(XMLStreamReader reader) {
    this.reader = reader;
  }

  /**
   * The root element.
   *
   * @throws XMLStreamException when it is no XML, has a document type, or is too deep or too long
   */
  static XmlNode parse(byte[] octets) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(octets));
    XmlFile file = new XmlFile(reader);
    while (reader.next() != XMLStreamConstants.START_ELEMENT) {
      if (reader.getEventType() == XMLStreamConstants.DTD) {
        throw file.refusal("a document type has no place here");
      }
    }
    XmlNode root = file.node(1);
    while (reader.hasNext()) {
      reader.next(); // what follows the root must be XML as well
    }
    return root;
  }

  /** In one line. */
  static String text(XMLStreamException e) {
    String text = String.valueOf(e.getMessage());
    int message = text.lastIndexOf("Message: ");
    return (message < 0 ? text : text.substring(message + "Message: ".length()))
        .replace('\n', ' ')
        .strip();
  }

  private XmlNode node(int depth) throws XMLStreamException {
    if (depth > MOST_DEPTH || ++elements > MOST_ELEMENTS) {
      throw refusal("there are too many elements");
    }
    String name = reader.getLocalName();
    int line = reader.getLocation().getLineNumber();
    Map<String, String> attributes = new TreeMap<>();
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
    }
    List<XmlNode> children = new ArrayList<>();
    boolean hasText = false;
    while (reader.next() != XMLStreamConstants.END_ELEMENT) {
      if (reader.isStartElement()) {
        children.add(node(depth + 1));
      } else {
        hasText |= reader.isCharacters() && !reader.getText().isBlank();
      }
    }
    return new XmlNode(name, attributes, line, children, hasText);
  }

  private XMLStreamException refusal(String text) {
    return new XMLStreamException(text, reader.getLocation());
  }
}
