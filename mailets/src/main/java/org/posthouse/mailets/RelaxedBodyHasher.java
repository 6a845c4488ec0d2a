/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import com.sun.mail.util.CRLFOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import org.apache.james.jdkim.api.SignatureRecord;
import org.apache.james.jdkim.exceptions.PermFailException;
import org.apache.james.jdkim.impl.BodyHasherImpl;

/**
 * jDKIM's hash of a body in relaxed canonicalisation, corrected for bodies of nothing but blanks
 * and line ends: RFC 6376 section 3.4.4 hashes them as nothing at all, jDKIM 0.5 as a line end,
 * which no other verifier accepts.
 */
final class RelaxedBodyHasher extends BodyHasherImpl {
  private static final byte[] SHA256_OF_NOTHING =
      HexFormat.of().parseHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  private boolean blank = true;

  /**
   * @param record with a=rsa-sha256 and c=relaxed/relaxed
   */
  RelaxedBodyHasher(SignatureRecord record) throws PermFailException {
    super(record);
  }

  /** Takes the body; line ends are hashed as SMTP sends them, jDKIM leaves bare ones alone. */
  @Override
  public OutputStream getOutputStream() {
    return new CRLFOutputStream(new BlankWatch(super.getOutputStream()));
  }

  @Override
  public byte[] getDigest() {
    return blank ? SHA256_OF_NOTHING.clone() : super.getDigest();
  }

  private final class BlankWatch extends FilterOutputStream {
    BlankWatch(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      blank = blank && isBlank((byte) octet);
      out.write(octet);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      for (int i = offset; blank && i < offset + length; i++) {
        blank = isBlank(octets[i]);
      }
      out.write(octets, offset, length);
    }

    private static boolean isBlank(byte octet) {
      return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
    }
  }
}
