/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All hashes of one body, which is written to it once, octet by octet as it is: those of the DKIM
 * signatures made or verified, and those of ARC. Each canonical form is made once however many ask
 * for it. Not thread safe.
 */
public final class BodyHashes extends OutputStream {
  /** More different lengths (l=) in one message are an attack on the one who hashes. */
  private static final int MAX_HASHES = 16;

  private static final int READ = 16 * 1024;

  private record Key(Canonicalization form, long length) {}

  private final boolean bareCrEndsLine;
  private final Map<Key, BodyHash> hashes = new HashMap<>();
  private final Map<Canonicalization, BodyCanonicalizer> bodies =
      new EnumMap<>(Canonicalization.class);
  private boolean isBegun;
  private boolean isOver;

  private BodyHashes(boolean bareCrEndsLine) {
    this.bareCrEndsLine = bareCrEndsLine;
  }

  /** For a body as it came: a CR without LF is an octet like any other. */
  public static BodyHashes received() {
    return new BodyHashes(false);
  }

  /** For a body that JavaMail is going to send: it makes CRLF of a CR without LF. */
  public static BodyHashes sentByJavaMail() {
    return new BodyHashes(true);
  }

  /**
   * Asks for the hash of the whole body.
   *
   * @throws IllegalStateException once the body has begun
   */
  public BodyHash whole(Canonicalization form) {
    return hashes.computeIfAbsent(new Key(form, BodyHash.WHOLE), this::newHash);
  }

  /**
   * Asks for the hash of the body or of its beginning; empty when too many were asked for.
   *
   * @param length in octets of the canonical form; empty for the whole body
   * @throws IllegalStateException once the body has begun
   */
  public Optional<BodyHash> of(Canonicalization form, OptionalLong length) {
    Key key = new Key(form, length.orElse(BodyHash.WHOLE));
    if (key.length != BodyHash.WHOLE && !hashes.containsKey(key) && hashes.size() >= MAX_HASHES) {
      return Optional.empty();
    }
    return Optional.of(hashes.computeIfAbsent(key, this::newHash));
  }

  /**
   * Writes a whole body, and closes this.
   *
   * @throws IOException when it cannot be read
   */
  public void readAll(InputStream body) throws IOException {
    byte[] octets = new byte[READ];
    for (int count = body.read(octets); count >= 0; count = body.read(octets)) {
      write(octets, 0, count);
    }
    close();
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int offset, int length) {
    isBegun = isBegun || length > 0;
    for (BodyCanonicalizer body : bodies.values()) {
      body.update(octets, offset, offset + length);
    }
  }

  /** The body is over: the hashes can be asked for their values. */
  @Override
  public void close() {
    if (!isOver) {
      isOver = true;
      bodies.values().forEach(BodyCanonicalizer::finish);
    }
  }

  private BodyHash newHash(Key key) {
    if (isBegun || isOver) {
      throw new IllegalStateException("the body has begun");
    }
    BodyHash hash = new BodyHash(key.length);
    bodies.computeIfAbsent(key.form, this::newBody).add(hash);
    return hash;
  }

  private BodyCanonicalizer newBody(Canonicalization form) {
    return switch (form) {
      case SIMPLE -> new SimpleBody(bareCrEndsLine);
      case RELAXED -> new RelaxedBody(bareCrEndsLine);
    };
  }
}
