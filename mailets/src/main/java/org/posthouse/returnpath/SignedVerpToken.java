/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.posthouse.returnpath.Returned.Reason;
import org.posthouse.secret.Secrets;

/**
 * The plain token with 40 bits of an HMAC by SHA-256 and the day before it, in base 32: {@code
 * k3f7a2qd2w=user=host}. The code is over the base address too, so that a token of one list is none
 * of another, and over lower case, since there are hosts that change it.
 *
 * @param maxAge days, below 1023, that a token is good for
 */
record SignedVerpToken(Secrets secrets, int maxAge) implements VerpToken {
  private static final int CODE_LENGTH = 8;
  private static final int PREFIX_LENGTH = CODE_LENGTH + DayStamp.LENGTH;
  private static final VerpToken PLAIN = new PlainVerpToken();

  @Override
  public String of(Mailbox recipient, Mailbox base, long day) {
    String plain = PLAIN.of(recipient, base, day);
    String stamp = DayStamp.of(day);
    byte[] code = secrets.sign(Secrets.HMAC_SHA256, text(base, stamp, plain));
    return AsciiCase.lower(Base32.encode(code, CODE_LENGTH) + stamp) + "=" + plain;
  }

  @Override
  public Returned read(String token, Mailbox base, long today) {
    if (token.length() <= PREFIX_LENGTH || token.charAt(PREFIX_LENGTH) != '=') {
      return new Returned.Refused(Reason.MALFORMED);
    }
    String stamp = token.substring(CODE_LENGTH, PREFIX_LENGTH);
    String plain = token.substring(PREFIX_LENGTH + 1);
    if (!DayStamp.isReadable(stamp)) {
      return new Returned.Refused(Reason.MALFORMED);
    }
    if (!isRight(token.substring(0, CODE_LENGTH), text(base, stamp, plain))) {
      return new Returned.Refused(Reason.FORGED);
    }
    return DayStamp.isYoung(stamp, today, maxAge)
        ? PLAIN.read(plain, base, today)
        : new Returned.Refused(Reason.EXPIRED);
  }

  private boolean isRight(String code, String text) {
    byte[] given = AsciiCase.lower(code).getBytes(UTF_8);
    return secrets.verify(
        Secrets.HMAC_SHA256,
        text,
        right -> {
          String expected = AsciiCase.lower(Base32.encode(right, CODE_LENGTH));
          return MessageDigest.isEqual(expected.getBytes(UTF_8), given);
        });
  }

  /** The first word keeps it apart from whatever else the secrets may sign. */
  private static String text(Mailbox base, String stamp, String plain) {
    return AsciiCase.lower(String.join("\n", "verp", base.toString(), stamp, plain));
  }
}
