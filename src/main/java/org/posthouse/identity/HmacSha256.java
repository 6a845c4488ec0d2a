/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One HMAC-SHA-256 (RFC 2104) over parts that follow each other. */
public final class HmacSha256 {
  private HmacSha256() {}

  /** The code, 32 octets. */
  public static byte[] of(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no HmacSHA256", e);
    }
  }
}
