/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Answer;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Compares a client with the addresses of its family that names have. */
record AddressMatcher(ClientAddress client) {
  /** The type of the records to ask for. */
  int type() {
    return client.isV4() ? Type.A : Type.AAAA;
  }

  /** Whether it is in the network around one of the addresses. */
  boolean matches(Answer answer, int bits) {
    int prefix = client.isV4() ? Math.min(bits, 32) : bits;
    return answer.records().stream().anyMatch(record -> matches(address(record), prefix));
  }

  private boolean matches(@Nullable InetAddress address, int bits) {
    return address != null && client.isIn(address.getAddress(), bits);
  }

  private static @Nullable InetAddress address(Record record) {
    if (record instanceof ARecord v4) {
      return v4.getAddress();
    }
    return record instanceof AAAARecord v6 ? v6.getAddress() : null;
  }
}
