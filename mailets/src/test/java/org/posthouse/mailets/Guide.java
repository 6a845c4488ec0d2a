/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.mailet.base.GenericMailet;
import org.posthouse.dns.SystemDns;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The examples of a page in src/doc/howto. */
record Guide(String text) {
  private static final Pattern MAILET = Pattern.compile("(?s) {4}<mailet .*?</mailet>");
  private static final Pattern BLOCK = Pattern.compile("(?m)(?:^ {4}.*\n)+");

  static Guide read(String page) throws IOException {
    return new Guide(Files.readString(Path.of("../src/doc/howto", page)));
  }

  /** All of its {@code <mailet>} elements. */
  List<Element> mailets() throws Exception {
    List<Element> elements = new ArrayList<>();
    for (String xml : MAILET.matcher(text).results().map(match -> match.group()).toList()) {
      elements.add(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(xml.strip())))
              .getDocumentElement());
    }
    return elements;
  }

  /** The first one of a class, ready to work. */
  GenericMailet mailet(Class<?> type, FileSystem files) throws Exception {
    for (Element element : mailets()) {
      if (element.getAttribute("class").equals(type.getSimpleName())) {
        return make(element, files);
      }
    }
    throw new IllegalArgumentException("no " + type);
  }

  /** A mailet of ours from its element. */
  static GenericMailet make(Element element, FileSystem files) throws Exception {
    Class<?> type = Class.forName("org.posthouse.mailets." + element.getAttribute("class"));
    Constructor<?> constructor = type.getConstructors()[0];
    Object[] injected =
        Stream.of(constructor.getParameterTypes())
            .map(each -> each == FileSystem.class ? files : new SystemDns())
            .toArray();
    NodeList children = element.getElementsByTagName("*");
    String[] parameters = new String[2 * children.getLength()];
    for (int i = 0; i < children.getLength(); i++) {
      parameters[2 * i] = children.item(i).getNodeName();
      parameters[2 * i + 1] = children.item(i).getTextContent();
    }
    return Mailets.init((GenericMailet) constructor.newInstance(injected), parameters);
  }

  /** The indented block that begins with a text, without its indentation. */
  String block(String begin) {
    return BLOCK
        .matcher(text)
        .results()
        .map(match -> match.group().indent(-4))
        .filter(block -> block.startsWith(begin))
        .findFirst()
        .orElseThrow();
  }

  /** The cells of the rows below a table's header, without backquotes. */
  List<List<String>> table(String header) {
    return text.substring(text.indexOf(header))
        .lines()
        .skip(2)
        .takeWhile(l -> l.startsWith("| "))
        .map(line -> line.substring(2, line.length() - 2).split(" \\| ", -1))
        .map(cells -> Stream.of(cells).map(cell -> cell.replace("`", "")).toList())
        .toList();
  }
}
