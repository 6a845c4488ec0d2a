/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.BodyDescriptorBuilder;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.RawField;
import org.jspecify.annotations.Nullable;

/**
 * What mime4j is told of each part of a message while it looks for parts in it: the deepest that
 * any reader could see. Readers differ about comments (RFC 2045 section 5.1), parameters in pieces
 * (RFC 2231 section 3) and fields that come twice, so all readings are taken together; where they
 * lead to different parts the header is {@link #isAmbiguous}.
 */
final class PartTypes implements BodyDescriptorBuilder {
  private static final String PLAIN = "text/plain";
  private static final String MULTIPART = "multipart/mixed";
  private static final String DIGEST = "multipart/digest";
  private static final String MESSAGE = "message/rfc822";

  /** Characters; a longer field says nothing that a reader of MIME would use. */
  private static final int LONGEST_TYPE = 8192;

  private static final Pattern CONTAINER =
      Pattern.compile("(?<![\\w-])multipart\\s*(?:/\\s*(digest\\b)?|(?=;))");
  private static final Pattern ENCLOSED =
      Pattern.compile("message\\s*/\\s*(rfc822|global|news)(?![\\w-])");

  /** A parameter's mark and value; what a quoted string lacks at its end, it may lack. */
  private static final Pattern BOUNDARY =
      Pattern.compile(
          "boundary\\s*(\\*[0-9]{0,4}\\*?)?\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.){0,999})\"?|([^\\s;]*))",
          Pattern.CASE_INSENSITIVE);

  /** Whether a message has a header that readers see different parts by. */
  private final boolean[] ambiguous;

  /** What a part is whose header does not say it (RFC 2046 section 5.1.5). */
  private final String otherwise;

  private final Set<String> types = new TreeSet<>();
  private final Set<String> boundaries = new TreeSet<>();
  private final Set<String> encodings = new TreeSet<>();
  private boolean typed;

  PartTypes() {
    this(PLAIN, new boolean[1]);
  }

  private PartTypes(String otherwise, boolean[] ambiguous) {
    this.otherwise = otherwise;
    this.ambiguous = ambiguous;
  }

  boolean isAmbiguous() {
    return ambiguous[0];
  }

  @Override
  public void reset() {
    types.clear();
    boundaries.clear();
    encodings.clear();
    typed = false;
  }

  @Override
  public @Nullable Field addField(RawField field) {
    String name = field.getName().strip().toLowerCase(Locale.ROOT);
    String value = field.getBody() == null ? "" : field.getBody().replaceAll("[\r\n]", "");
    if (name.equals("content-type") && value.length() > LONGEST_TYPE) {
      ambiguous[0] = true;
    } else if (name.equals("content-type")) {
      typed = true;
      read(value);
      read(withoutComments(value, true));
      read(withoutComments(value, false));
    } else if (name.equals("content-transfer-encoding")) {
      encodings.add(withoutComments(value, true).strip().toLowerCase(Locale.ROOT));
    }
    return null;
  }

  /**
   * A value without its comments, each a blank.
   *
   * @param pairs whether a backslash within one takes the next character's meaning
   */
  private static String withoutComments(String value, boolean pairs) {
    StringBuilder left = new StringBuilder();
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char next = value.charAt(i);
      boolean pair = next == '\\' && i + 1 < value.length() && (quoted || (depth > 0 && pairs));
      if (pair) {
        i++;
      } else if (next == '"' && depth == 0) {
        quoted = !quoted;
      } else if (next == '(' && !quoted) {
        depth++;
      }
      if (depth == 0) {
        left.append(next).append(pair ? value.substring(i, i + 1) : "");
      } else if (next == ')' && !pair && --depth == 0) {
        left.append(' ');
      }
    }
    return left.toString();
  }

  private void read(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (ENCLOSED.matcher(lower).find()) {
      types.add(MESSAGE);
    }
    Matcher container = CONTAINER.matcher(lower);
    if (container.find()) {
      types.add(container.group(1) == null ? MULTIPART : DIGEST);
      boundaries(value);
    }
  }

  private void boundaries(String value) {
    Map<Integer, String> pieces = new TreeMap<>();
    for (Matcher found = BOUNDARY.matcher(value); found.find(); ) {
      String mark = found.group(1) == null ? "" : found.group(1);
      String text = found.group(2) == null ? found.group(3) : found.group(2);
      String plain = mark.length() > 0 && mark.endsWith("*") ? decoded(text) : text;
      String number = mark.replace("*", "");
      if (number.isEmpty()) {
        boundary(plain);
      } else {
        pieces.put(Integer.valueOf(number), plain);
      }
    }
    if (!pieces.isEmpty()) {
      boundary(String.join("", pieces.values()));
    }
  }

  /** RFC 2231 section 4: a charset and a language before it, which a later piece has not. */
  private static String decoded(String text) {
    String octets = text.replaceFirst("^[^']*'[^']*'", "").replace("+", "%2B");
    try {
      return URLDecoder.decode(octets, StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      return octets;
    }
  }

  /** Blanks at its end are none of it; a backslash is, for readers that know no quoted pairs. */
  private void boundary(String text) {
    String known = text.stripTrailing();
    if (!known.isEmpty()) {
      boundaries.add(known);
      boundaries.add(known.replaceAll("\\\\(.)", "$1"));
    }
  }

  @Override
  public BodyDescriptor build() {
    boolean message = types.contains(MESSAGE);
    boolean container = !boundaries.isEmpty();
    boolean encoded = message && encodings.size() > 1;
    ambiguous[0] |= boundaries.size() > 1 || (message && container) || encoded;
    String boundary = container ? boundaries.iterator().next() : null;
    String encoding = encodings.isEmpty() ? "7bit" : encodings.iterator().next();
    String type = message ? MESSAGE : typed ? PLAIN : otherwise;
    return new Part(container ? container() : type, boundary, encoding);
  }

  private String container() {
    return types.contains(DIGEST) ? DIGEST : MULTIPART;
  }

  @Override
  public BodyDescriptorBuilder newChild() {
    return new PartTypes(types.contains(DIGEST) ? MESSAGE : PLAIN, ambiguous);
  }

  private record Part(String type, @Nullable String boundary, String encoding)
      implements BodyDescriptor {
    @Override
    public @Nullable String getBoundary() {
      return boundary;
    }

    @Override
    public String getMimeType() {
      return type;
    }

    @Override
    public String getMediaType() {
      return type.substring(0, type.indexOf('/'));
    }

    @Override
    public String getSubType() {
      return type.substring(type.indexOf('/') + 1);
    }

    @Override
    public String getCharset() {
      return "us-ascii";
    }

    @Override
    public String getTransferEncoding() {
      return encoding;
    }

    @Override
    public long getContentLength() {
      return -1;
    }
  }
}
