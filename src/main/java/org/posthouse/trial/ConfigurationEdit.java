/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.nio.file.Path;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Changes single elements of a configuration file; all else in it, comments too, stays. */
final class ConfigurationEdit {
  private final Path file;
  private final Document document;

  ConfigurationEdit(Path file) throws IOException {
    this.file = file;
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      document = factory.newDocumentBuilder().parse(file.toFile());
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Sets the text of every element that the XPath finds.
   *
   * @throws CommandFailure if there is none: the file is not what the trial expects
   */
  ConfigurationEdit set(String xpath, String text) throws IOException {
    NodeList found = find(xpath);
    for (int i = 0; i < found.getLength(); i++) {
      found.item(i).setTextContent(text);
    }
    return this;
  }

  /** Adds an element with this text to every element that the XPath finds. */
  ConfigurationEdit add(String xpath, String name, String text) throws IOException {
    return addWith(xpath, name, text);
  }

  /** Adds an element with attributes (name, value, name, value …) and text. */
  ConfigurationEdit addWith(String xpath, String name, String text, String... attributes)
      throws IOException {
    NodeList found = find(xpath);
    for (int i = 0; i < found.getLength(); i++) {
      Element child = document.createElement(name);
      for (int a = 0; a < attributes.length; a += 2) {
        child.setAttribute(attributes[a], attributes[a + 1]);
      }
      child.setTextContent(text);
      found.item(i).appendChild(child);
    }
    return this;
  }

  void save() throws IOException {
    try {
      TransformerFactory factory = TransformerFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.newTransformer().transform(new DOMSource(document), new StreamResult(file.toFile()));
    } catch (TransformerException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private NodeList find(String xpath) throws IOException {
    try {
      NodeList found =
          (NodeList)
              XPathFactory.newInstance()
                  .newXPath()
                  .evaluate(xpath, document, XPathConstants.NODESET);
      if (found.getLength() == 0) {
        throw new CommandFailure(
            ExitCodes.BAD_CONFIGURATION,
            file
                + ": nothing is at "
                + xpath
                + ": conf/ of the sources was edited before they were built; a trial needs it as it"
                + " was, and a relay of your own a POSTHOUSE_HOME of its own");
      }
      return found;
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException(xpath, e);
    }
  }
}
