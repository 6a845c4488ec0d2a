/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/**
 * A question of the class IN.
 *
 * @param name absolute; equal to another whatever the case of its letters
 */
record Question(Name name, int type) {
  Message query() {
    return Message.newQuery(Record.newRecord(name, type, DClass.IN));
  }

  /** Whether a message answers this question and not another. */
  boolean isOf(Message reply) {
    Record asked = reply.getQuestion();
    return asked != null
        && asked.getType() == type
        && asked.getDClass() == DClass.IN
        && asked.getName().equals(name);
  }
}
