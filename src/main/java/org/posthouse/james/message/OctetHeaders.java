/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.mail.Header;
import javax.mail.MessagingException;
import javax.mail.internet.InternetHeaders;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.HeaderBlock;
import org.posthouse.message.HeaderField;

/**
 * JavaMail's header list over raw octets: what is not edited is written as it was read. New fields
 * go where JavaMail puts them: after the last of the same name, Received and Return-Path on top,
 * anything else at the end.
 */
final class OctetHeaders extends InternetHeaders {
  private final List<HeaderField> fields = new ArrayList<>();
  private String lineEnd = "\r\n";
  private String emptyLine = "";

  OctetHeaders(byte[] block) {
    parse(block);
  }

  @Override
  public void load(InputStream in) throws MessagingException {
    load(in, false);
  }

  @Override
  public void load(InputStream in, boolean allowUtf8) throws MessagingException {
    try {
      parse(HeaderBlock.read(in));
    } catch (IOException e) {
      throw new MessagingException("The header block cannot be read", e);
    }
  }

  private void parse(byte[] block) {
    HeaderBlock parsed = HeaderBlock.parse(block);
    fields.addAll(parsed.fields());
    emptyLine = parsed.emptyLine();
    Stream.concat(fields.stream().map(HeaderField::end), Stream.of(emptyLine))
        .filter(end -> !end.isEmpty())
        .findFirst()
        .ifPresent(end -> lineEnd = end);
  }

  /** The header block without the fields of the given names. */
  byte[] octets(String @Nullable [] ignored) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    fields.stream()
        .filter(named(ignored).negate())
        .map(field -> field.line() + field.end())
        .forEach(text -> out.writeBytes(text.getBytes(ISO_8859_1)));
    out.writeBytes(emptyLine.getBytes(ISO_8859_1));
    return out.toByteArray();
  }

  /** Makes sure that a body can follow. */
  void endWithEmptyLine() {
    if (!emptyLine.isEmpty()) {
      return;
    }
    emptyLine = lineEnd;
    fields.replaceAll(this::terminated);
  }

  private HeaderField terminated(HeaderField field) {
    return field.isTerminated() ? field : HeaderField.of(field.line(), lineEnd);
  }

  List<HeaderField> fields() {
    return present(field -> true).toList();
  }

  /** Others in the place of all; only the last may be without a line end, where nothing follows. */
  void replaceAll(List<HeaderField> others) {
    fields.clear();
    int last = others.size() - 1;
    for (int i = 0; i <= last; i++) {
      HeaderField field = others.get(i);
      fields.add(i < last || !emptyLine.isEmpty() ? terminated(field) : field);
    }
  }

  /** Puts a complete field on top of all others. */
  void prepend(String line) {
    fields.add(0, HeaderField.written(line, lineEnd));
  }

  /** Puts a complete field below the first one. */
  void insertBelowFirst(String line) {
    fields.add(Math.min(1, fields.size()), HeaderField.written(line, lineEnd));
  }

  @Override
  public String @Nullable [] getHeader(String name) {
    String[] values =
        present(field -> field.is(name)).map(HeaderField::value).toArray(String[]::new);
    return values.length == 0 ? null : values;
  }

  @Override
  public @Nullable String getHeader(String name, @Nullable String delimiter) {
    String[] values = getHeader(name);
    if (values == null) {
      return null;
    }
    return delimiter == null ? values[0] : String.join(delimiter, values);
  }

  @Override
  public void setHeader(String name, String value) {
    int first = -1;
    for (int i = 0; i < fields.size(); i++) {
      HeaderField field = fields.get(i);
      if (!field.is(name) || field.removed()) {
        continue;
      }
      if (first < 0) {
        first = i;
        String text = field.prefix(name) + " " + value;
        fields.set(i, HeaderField.written(text, field.end()));
      } else {
        fields.set(i, field.removal());
      }
    }
    if (first < 0) {
      addHeader(name, value);
    }
  }

  @Override
  public void addHeader(String name, String value) {
    HeaderField added = HeaderField.written(name + ": " + value, lineEnd);
    boolean trace = name.equalsIgnoreCase("Received") || name.equalsIgnoreCase("Return-Path");
    int place = trace ? firstOf(name) : afterLastOf(name);
    fields.add(place, added);
  }

  private int firstOf(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).is(name)) {
        return i;
      }
    }
    return 0;
  }

  private int afterLastOf(String name) {
    for (int i = fields.size() - 1; i >= 0; i--) {
      if (fields.get(i).is(name) && fields.get(i).isTerminated()) {
        return i + 1;
      }
    }
    return end();
  }

  /** The end of the list, but before a last line that no line end closes. */
  private int end() {
    int size = fields.size();
    return size > 0 && !fields.get(size - 1).isTerminated() ? size - 1 : size;
  }

  @Override
  public void removeHeader(String name) {
    fields.replaceAll(field -> field.is(name) ? field.removal() : field);
  }

  @Override
  public void addHeaderLine(String line) {
    if (line.isEmpty()) {
      return;
    }
    int end = end();
    boolean continues = line.charAt(0) == ' ' || line.charAt(0) == '\t';
    if (continues && end > 0 && !fields.get(end - 1).removed()) {
      HeaderField last = fields.get(end - 1);
      fields.set(end - 1, HeaderField.written(last.line() + last.end() + line, last.end()));
    } else {
      fields.add(end, HeaderField.written(line, lineEnd));
    }
  }

  @Override
  public Enumeration<Header> getAllHeaders() {
    return list(field -> true, HeaderField::header);
  }

  @Override
  public Enumeration<Header> getMatchingHeaders(String @Nullable [] names) {
    return list(named(names), HeaderField::header);
  }

  @Override
  public Enumeration<Header> getNonMatchingHeaders(String @Nullable [] names) {
    return list(named(names).negate(), HeaderField::header);
  }

  @Override
  public Enumeration<String> getAllHeaderLines() {
    return list(field -> true, HeaderField::line);
  }

  @Override
  public Enumeration<String> getMatchingHeaderLines(String @Nullable [] names) {
    return list(named(names), HeaderField::line);
  }

  @Override
  public Enumeration<String> getNonMatchingHeaderLines(String @Nullable [] names) {
    return list(named(names).negate(), HeaderField::line);
  }

  private Stream<HeaderField> present(Predicate<HeaderField> wanted) {
    return fields.stream().filter(field -> !field.removed()).filter(wanted);
  }

  private <T> Enumeration<T> list(Predicate<HeaderField> wanted, Function<HeaderField, T> form) {
    return Collections.enumeration(present(wanted).map(form).toList());
  }

  private static Predicate<HeaderField> named(String @Nullable [] names) {
    return field -> names != null && Arrays.stream(names).anyMatch(field::is);
  }
}
