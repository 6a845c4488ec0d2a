/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnel;
import com.google.common.hash.Funnels;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Whom each key has written to, in two Bloom filters of 1.2 MB: the older one is dropped when the
 * newer one holds {@link #MOST} pairs. So the last million pairs in use are known at least, and one
 * in fifty that is new is taken for known, at most: the limit errs on the side of the sender.
 */
final class KnownRecipients {
  private static final int MOST = 1_000_000;
  private static final double ERROR = 0.01;
  private static final Funnel<CharSequence> TEXT = Funnels.stringFunnel(UTF_8);

  private final int most;
  private BloomFilter<CharSequence> newer;
  private BloomFilter<CharSequence> older;
  private int count;
  private boolean changed;

  private KnownRecipients(
      int most, BloomFilter<CharSequence> newer, BloomFilter<CharSequence> older) {
    this.most = most;
    this.newer = newer;
    this.older = older;
  }

  /** Those of a file that {@link #write} has made, or none. */
  static KnownRecipients read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      KnownRecipients known =
          new KnownRecipients(MOST, BloomFilter.readFrom(in, TEXT), BloomFilter.readFrom(in, TEXT));
      known.count = (int) Math.min(MOST, known.newer.approximateElementCount());
      return known;
    } catch (NoSuchFileException e) {
      return none(MOST);
    }
  }

  static KnownRecipients none(int most) {
    return new KnownRecipients(
        most, BloomFilter.create(TEXT, most, ERROR), BloomFilter.create(TEXT, most, ERROR));
  }

  static KnownRecipients none() {
    return none(MOST);
  }

  synchronized boolean has(String key, String recipient) {
    String pair = pair(key, recipient);
    return newer.mightContain(pair) || older.mightContain(pair);
  }

  synchronized void add(String key, String recipient) {
    if (newer.put(pair(key, recipient))) {
      changed = true;
      if (++count >= most) {
        older = newer;
        newer = BloomFilter.create(TEXT, most, ERROR);
        count = 0;
      }
    }
  }

  private static String pair(String key, String recipient) {
    return key + '\n' + recipient;
  }

  synchronized boolean hasChanged() {
    return changed;
  }

  synchronized void write(OutputStream out) throws IOException {
    newer.writeTo(out);
    older.writeTo(out);
    changed = false;
  }
}
