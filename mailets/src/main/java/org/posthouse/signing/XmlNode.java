/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.util.List;
import java.util.Map;

/**
 * An element of a small XML file.
 *
 * @param attributes in the order of their names
 * @param line of the end of its start tag, from 1
 * @param hasText whether there is text other than white space directly in it
 */
record XmlNode(
    String name,
    Map<String, String> attributes,
    int line,
    List<XmlNode> children,
    boolean hasText) {}
