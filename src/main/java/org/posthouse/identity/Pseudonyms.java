/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * What identities are called where outsiders read (RFC 6973 section 3.2): always the same for one
 * identity, and nobody can tell whose it is but who has the key.
 */
public final class Pseudonyms {
  /** 128 bits: nobody finds two identities with the same. */
  private static final int OCTETS = 16;

  private final byte[] key;

  private Pseudonyms(byte[] key) {
    this.key = key.clone();
  }

  /**
   * Those of a server, whose key is made at its first start.
   *
   * @param directory that keeps the key
   * @throws IOException when the key can be neither read nor made
   */
  public static Pseudonyms open(Path directory) throws IOException {
    return new Pseudonyms(KeptKey.in(directory, KeptKey.PSEUDONYMS));
  }

  /**
   * Those that a server has given.
   *
   * @return empty when it has given none, because there is no key
   * @throws IOException when the key cannot be read
   */
  public static Optional<Pseudonyms> given(Path directory) throws IOException {
    return KeptKey.read(directory.resolve(KeptKey.PSEUDONYMS)).map(Pseudonyms::new);
  }

  /**
   * The pseudonym of an identity: 32 hexadecimal digits, in lower case.
   *
   * @param identity its name; case does not count, as everywhere in rules
   */
  public String of(String identity) {
    byte[] code = HmacSha256.of(key, identity.toLowerCase(Locale.ROOT).getBytes(UTF_8));
    return HexFormat.of().formatHex(Arrays.copyOf(code, OCTETS));
  }
}
