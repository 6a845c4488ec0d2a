/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.IOException;
import java.io.OutputStream;
import java.security.PrivateKey;
import java.util.List;
import java.util.Objects;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.api.BodyHasher;
import org.apache.james.jdkim.exceptions.PermFailException;
import org.jspecify.annotations.Nullable;

/** Computes the DKIM-Signature line of a message from the bytes the message writes. */
final class DkimSignature {
  /** RFC 5322 section 2.1.1 recommends 78 octets a line; a tabulator counts as one. */
  private static final int LINE = 76;

  private final String domain;
  private final String selector;
  private final List<String> headers;
  private final PrivateKey key;

  DkimSignature(String domain, String selector, List<String> headers, PrivateKey key) {
    this.domain = domain;
    this.selector = selector;
    this.headers = headers;
    this.key = key;
  }

  /** The whole header line, folded, without its last line break. */
  String sign(MimeMessage message) throws MessagingException {
    Signing signing = new Signing();
    try (OutputStream splitter = new MessageSplitter(signing)) {
      message.writeTo(splitter);
    } catch (IOException e) {
      throw new MessagingException("cannot read the message to sign", e);
    }
    return folded(signing.line());
  }

  /** The signature of one message: begun at the end of its header, done at the end of its body. */
  private final class Signing implements MessageSplitter.Body {
    private @Nullable HeaderFields fields;
    private @Nullable DKIMSigner signer;
    private @Nullable BodyHasher hasher;

    @Override
    public OutputStream open(byte[] header) throws IOException {
      HeaderFields known = HeaderFields.of(header);
      List<String> signable = headers.stream().filter(known::isSignable).toList();
      String template = template(HeaderSelection.oversigned(signable, known));
      fields = known;
      signer = new DKIMSigner(template, key);
      try {
        hasher = new RelaxedBodyHasher(signer.newSignatureRecordTemplate(template));
      } catch (PermFailException e) {
        throw new IOException(e);
      }
      return hasher.getOutputStream();
    }

    String line() throws MessagingException {
      try {
        return Objects.requireNonNull(signer)
            .sign(Objects.requireNonNull(fields), Objects.requireNonNull(hasher));
      } catch (PermFailException e) {
        throw new MessagingException("cannot sign: " + e.getMessage(), e);
      }
    }
  }

  private String template(String signedHeaders) {
    return "v=1; a=rsa-sha256; c=relaxed/relaxed; d="
        + domain
        + "; s="
        + selector
        + "; t=; h="
        + signedHeaders
        + "; bh=; b=;";
  }

  /** Folds where relaxed canonicalisation sees one space, and inside b=, which it leaves out. */
  static String folded(String line) {
    StringBuilder result = new StringBuilder();
    int length = 0;
    for (String tag : line.split("(?<=;) ", -1)) {
      if (length > 0 && length + 1 + tag.length() > LINE) {
        result.append("\r\n\t");
        length = 1;
      } else if (length > 0) {
        result.append(' ');
        length++;
      }
      String written = tag.startsWith("b=") ? foldedValue(tag) : tag;
      result.append(written);
      length += tag.length() % LINE;
    }
    return result.toString();
  }

  private static String foldedValue(String tag) {
    return tag.replaceAll("(.{" + LINE + "})(?=.)", "$1\r\n\t");
  }
}
