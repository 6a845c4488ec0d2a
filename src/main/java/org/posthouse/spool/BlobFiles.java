/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bodies that stand in the blob files of a store, found without its index: each record there
 * has its key with it. Format: a header of 30 octets, then records of key length, value length,
 * expiry (8 octets each, little-endian), checksum of these, checksum of key and value (4 each),
 * key, value.
 */
final class BlobFiles {
  private static final int RECORD_HEADER = 32;
  private static final int CHECKED_HEADER = 24;
  private static final int KEY = 12;
  private static final int MASK = 0xa282ead8;

  private record Place(Path file, int offset, int length) {}

  private final Map<byte[], List<Place>> places = new TreeMap<>(Arrays::compareUnsigned);

  BlobFiles(Path store) throws IOException {
    for (Path file : StoreFiles.list(store)) {
      if (file.toString().endsWith(".blob")) {
        index(file, map(file));
      }
    }
  }

  /** The value of a key whose checksum holds; null when there is none. */
  byte @Nullable [] find(byte[] key) throws IOException {
    for (Place place : places.getOrDefault(key, List.of())) {
      ByteBuffer file = map(place.file());
      int valueAt = place.offset() + RECORD_HEADER + KEY;
      int checksum = file.getInt(place.offset() + CHECKED_HEADER + 4);
      if (checksum(file, place.offset() + RECORD_HEADER, KEY + place.length()) == checksum) {
        byte[] value = new byte[place.length()];
        file.get(valueAt, value);
        return value;
      }
    }
    return null;
  }

  /** Where a header is damaged the next one is looked for, octet by octet. */
  private void index(Path file, ByteBuffer octets) {
    int position = 0;
    while (position + RECORD_HEADER + KEY <= octets.limit()) {
      if (isRecord(octets, position)) {
        int length = (int) octets.getLong(position + 8);
        byte[] key = new byte[KEY];
        octets.get(position + RECORD_HEADER, key);
        places.computeIfAbsent(key, k -> new ArrayList<>()).add(new Place(file, position, length));
        position += RECORD_HEADER + KEY + length;
      } else {
        position++;
      }
    }
  }

  private static boolean isRecord(ByteBuffer octets, int position) {
    if (octets.getLong(position) != KEY) {
      return false;
    }
    long length = octets.getLong(position + 8);
    return length >= 0
        && length <= octets.limit() - position - RECORD_HEADER - KEY
        && checksum(octets, position, CHECKED_HEADER) == octets.getInt(position + CHECKED_HEADER);
  }

  private static int checksum(ByteBuffer octets, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(octets.duplicate().position(from).limit(from + length));
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  private static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
