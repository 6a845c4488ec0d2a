/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attribute: name, kind, value. The kinds that nearly all attributes have are written as they
 * are, any other as James' own JSON. A value that James cannot serialise does not survive a queue,
 * as in stock.
 */
final class AttributeRecord {
  private static final Logger LOGGER = LoggerFactory.getLogger(AttributeRecord.class);
  private static final int TEXT = 1;
  private static final int BOOLEAN = 2;
  private static final int INTEGER = 3;
  private static final int LONG = 4;
  private static final int JSON = 5;

  private AttributeRecord() {}

  static boolean write(RecordWriter out, Attribute attribute) {
    String name = attribute.getName().asString();
    Object value = attribute.getValue().value();
    if (value instanceof String text) {
      out.text(name).number(TEXT).text(text);
    } else if (value instanceof Boolean truth) {
      out.text(name).number(BOOLEAN).number(truth ? 1 : 0);
    } else if (value instanceof Integer number) {
      out.text(name).number(INTEGER).number(number);
    } else if (value instanceof Long number) {
      out.text(name).number(LONG).number(number);
    } else {
      return writeJson(out, name, attribute.getValue().toJson());
    }
    return true;
  }

  private static boolean writeJson(RecordWriter out, String name, Optional<JsonNode> json) {
    if (json.isEmpty()) {
      LOGGER.debug("attribute {} cannot be serialised and is dropped", name);
      return false;
    }
    out.text(name).number(JSON).text(json.get().toString());
    return true;
  }

  static Attribute read(RecordReader in) throws IOException {
    AttributeName name = AttributeName.of(in.text());
    int kind = in.count();
    AttributeValue<?> value =
        switch (kind) {
          case TEXT -> AttributeValue.of(in.text());
          case BOOLEAN -> AttributeValue.of(in.number() == 1);
          case INTEGER -> AttributeValue.of((int) in.number());
          case LONG -> AttributeValue.of(in.number());
          case JSON -> AttributeValue.fromJsonString(in.text());
          default -> throw new IOException("unknown kind of attribute " + kind);
        };
    return new Attribute(name, value);
  }
}
