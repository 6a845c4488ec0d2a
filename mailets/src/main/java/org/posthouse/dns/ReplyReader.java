/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Answer.Status;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Reads one message: what it has of the name that was asked for, or of what that is an alias of.
 */
final class ReplyReader {
  private final Message message;
  private final int type;
  private long ttl;
  private int aliases;

  private ReplyReader(Message message, int type, Reply soFar) {
    this.message = message;
    this.type = type;
    this.ttl = soFar.ttlSeconds();
    this.aliases = soFar.aliases();
  }

  /**
   * What a message adds to what is known so far.
   *
   * @param message without error, or saying that there is no such name
   */
  static Reply read(Message message, Question question, Reply soFar, int mostAliases) {
    ReplyReader reader = new ReplyReader(message, question.type(), soFar);
    return reader.read(question.name(), soFar.octets() + message.numBytes(), mostAliases);
  }

  private Reply read(Name asked, int octets, int mostAliases) {
    Name name = asked;
    while (aliases <= mostAliases) {
      List<Record> found = records(Section.ANSWER, name, type);
      if (!found.isEmpty()) {
        found.forEach(this::lower);
        return new Reply(new Answer(Status.FOUND, found), null, aliases, ttl, octets);
      }
      Name target = target(name);
      if (target == null) {
        return nothing(asked, name, octets);
      }
      name = target;
    }
    return Reply.failure();
  }

  private @Nullable Name target(Name name) {
    List<Record> found = records(Section.ANSWER, name, Type.CNAME);
    if (found.isEmpty() || !(found.get(0) instanceof CNAMERecord alias)) {
      return null;
    }
    lower(alias);
    aliases++;
    return alias.getTarget();
  }

  /** RFC 2308 section 2: a zone's SOA says that there is nothing; its NS, that others know. */
  private Reply nothing(Name asked, Name name, int octets) {
    long negative = negativeTtl();
    if (message.getRcode() == Rcode.NXDOMAIN) {
      return none(Status.NO_SUCH_NAME, negative, octets);
    }
    if (negative == 0 && !name.equals(asked)) {
      return new Reply(Answer.none(Status.TEMPORARY), name, aliases, ttl, octets);
    }
    boolean isReferral = negative == 0 && has(Section.AUTHORITY, Type.NS);
    return isReferral ? Reply.failure() : none(Status.NO_SUCH_RECORD, negative, octets);
  }

  private Reply none(Status status, long negative, int octets) {
    return new Reply(Answer.none(status), null, aliases, Math.min(ttl, negative), octets);
  }

  /** Seconds; 0 without a SOA. */
  private long negativeTtl() {
    return message.getSection(Section.AUTHORITY).stream()
        .filter(SOARecord.class::isInstance)
        .map(SOARecord.class::cast)
        .mapToLong(soa -> Math.max(1, Math.min(soa.getTTL(), soa.getMinimum())))
        .findFirst()
        .orElse(0);
  }

  private boolean has(int section, int wanted) {
    return message.getSection(section).stream().anyMatch(each -> each.getType() == wanted);
  }

  private List<Record> records(int section, Name name, int wanted) {
    return message.getSection(section).stream()
        .filter(each -> each.getType() == wanted && each.getDClass() == DClass.IN)
        .filter(each -> each.getName().equals(name))
        .toList();
  }

  private void lower(Record record) {
    ttl = Math.min(ttl, record.getTTL());
  }
}
