/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;
import org.posthouse.rewriting.FieldNames;
import org.posthouse.rewriting.HiddenHops;
import org.posthouse.rewriting.InternalNames;
import org.posthouse.rewriting.MimeVersion;
import org.posthouse.rewriting.RevealingFields;
import org.posthouse.rewriting.RulesException;
import org.posthouse.spelling.NearestName;

/**
 * Hides internal hosts, programs and logins from the outside.
 *
 * <p>In the trace, a hop between two internal hosts is blurred as a whole ({@code from hidden by
 * hidden with ESMTP; date}) or removed; of any other hop the internal side is blurred, and every
 * other internal name or address in it. A host is internal by its addresses, by its name only where
 * no address is told. The field that this relay wrote last, and every other one {@code by} it,
 * stays and goes on naming this relay: {@link LoopGuard} counts these, and with {@code blur} the
 * number of all fields, which others count, stays too. A mail with a line in its header that is no
 * field (RFC 5322 section 2.2) stays as it came, with a warning in the log. Place it before the
 * mail is signed.
 *
 * <pre>{@code
 * <mailet match="All" class="HideInternalHops">
 *   <hide>received, client, exchange</hide>
 *   <received>blur</received>
 *   <internal>private, 203.0.113.0/28, mail.corp.example, .intranet.example</internal>
 *   <word>hidden</word>
 *   <ownNames>relay.example.com</ownNames>
 *   <also>X-Corp-*, X-Ticket</also>
 *   <except>X-Mailer</except>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code hide}: some of {@code received} (the trace), {@code client} (such as
 *       X-Originating-IP, X-Mailer, User-Agent, X-Sender, comments of MIME-Version) and {@code
 *       exchange} (such as X-MS-Exchange-*), or {@code all}; default {@code all}
 *   <li>{@code received}: {@code blur} or {@code remove} hops between two internal hosts; default
 *       {@code blur}
 *   <li>{@code internal}: networks, addresses, hosts, domains with a dot before them, and {@code
 *       private} for the networks that the Internet does not route, localhost and .localdomain,
 *       which beside others has to be named too; default {@code private}. What looks like an
 *       address and is none, such as {@code 300.1.1.1}, is refused
 *   <li>{@code word}: what stands for names and addresses; letters, digits and hyphens; default
 *       {@code hidden}
 *   <li>{@code ownNames}: names of this host in {@code Received} fields, as in LoopGuard; default:
 *       the host name
 *   <li>{@code also}: more fields to remove, separated by commas; a {@code *} stands for any
 *       characters. What a mail needs, such as From and Content-*, is refused
 *   <li>{@code except}: fields that stay, whatever preset they are in
 * </ul>
 */
public class HideInternalHops extends GenericMailet {
  private static final Set<String> PARAMETERS =
      Set.of("hide", "received", "internal", "word", "ownNames", "also", "except");

  private static final String ALL = "all";
  private static final String RECEIVED = "received";
  private static final String PRIVATE = "private";
  private static final Set<String> PRESETS = Set.of(RECEIVED, "client", "exchange", ALL);

  /** What a mail needs (RFC 5322 section 3.6, RFC 2045), and the trace, which has its parameter. */
  private static final List<String> NEEDED =
      List.of(
          "From",
          "Sender",
          "To",
          "Cc",
          "Date",
          "Message-ID",
          "MIME-Version",
          "Content-Type",
          "Content-Transfer-Encoding",
          "Content-Disposition",
          "Content-ID",
          "Content-Language",
          "Received");

  private List<RevealingFields> revealing = List.of();
  private List<FieldNames> also = List.of();
  private List<FieldNames> except = List.of();
  private Optional<HiddenHops> hops = Optional.empty();

  @Override
  public void init() throws MessagingException {
    Parameters.read(getMailetConfig(), PARAMETERS, this::read);
  }

  private void read(Parameters parameters) throws MessagingException {
    Set<String> presets = parameters.choices("hide", PRESETS, Set.of(ALL));
    revealing = new ArrayList<>(List.of(RevealingFields.values()));
    revealing.removeIf(each -> !presets.contains(ALL) && !presets.contains(each.toString()));
    also = fieldNames(parameters, "also");
    for (FieldNames names : also) {
      checkNotNeeded(parameters, names);
    }
    except = fieldNames(parameters, "except");
    HiddenHops hidden = hiddenHops(parameters);
    hops = Optional.of(hidden).filter(each -> presets.contains(ALL) || presets.contains(RECEIVED));
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    HeaderEdit edit = new HeaderEdit(RawHeaders.of(mail.getMessage()).fields());
    hops.ifPresent(each -> each.apply(edit));
    edit.forEach(
        field -> isHidden(field.name()) ? Optional.empty() : Optional.of(withoutProgram(field)));
    EditedHeader.put(mail, edit);
  }

  @Override
  public String getMailetInfo() {
    return "HideInternalHops";
  }

  private boolean isHidden(String name) {
    boolean hidden =
        revealing.stream().anyMatch(each -> each.has(name))
            || also.stream().anyMatch(each -> each.matches(name));
    return hidden && except.stream().noneMatch(each -> each.matches(name));
  }

  private HeaderField withoutProgram(HeaderField field) {
    boolean hides =
        revealing.contains(RevealingFields.CLIENT)
            && except.stream().noneMatch(each -> each.matches(field.name()));
    return hides ? MimeVersion.plain(field) : field;
  }

  private static void checkNotNeeded(Parameters parameters, FieldNames names)
      throws MessagingException {
    for (String needed : NEEDED) {
      if (names.matches(needed)) {
        throw parameters.refusal("also", "would remove " + needed + ", which a mail needs");
      }
    }
    if (names.begin().startsWith("content-")) {
      throw parameters.refusal("also", "would remove fields Content-*, which a mail needs");
    }
  }

  private static HiddenHops hiddenHops(Parameters parameters) throws MessagingException {
    boolean removes =
        parameters.choice(RECEIVED, Set.of("blur", "remove"), "blur").equals("remove");
    String word = parameters.optional("word").orElse("hidden");
    if (!word.matches("[A-Za-z0-9-]{1,40}")) {
      throw parameters.refusal(
          "word", "is 1 to 40 letters, digits and hyphens, not '" + word + "'");
    }
    Set<String> ownNames =
        parameters.words("ownNames").stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (ownNames.isEmpty()) {
      ownNames.add(HostName.get());
    }
    return new HiddenHops(internalNames(parameters), ownNames, word, removes);
  }

  private static InternalNames internalNames(Parameters parameters) throws MessagingException {
    List<String> words = new ArrayList<>(parameters.words("internal"));
    List<String> wrong = new ArrayList<>();
    words.stream()
        .filter(HideInternalHops::isAlmostPrivate)
        .forEach(word -> wrong.add("'" + word + "' is unknown; did you mean 'private'?"));
    words.removeIf(HideInternalHops::isAlmostPrivate);
    if (words.isEmpty() || words.remove(PRIVATE)) {
      words.addAll(InternalNames.DEFAULT);
    }
    try {
      InternalNames names = InternalNames.of(words);
      if (wrong.isEmpty()) {
        return names;
      }
    } catch (RulesException e) {
      wrong.addAll(e.problems());
    }
    throw parameters.refusal("internal", "is wrong: " + String.join("; ", wrong));
  }

  private static boolean isAlmostPrivate(String word) {
    return !word.equals(PRIVATE) && NearestName.of(word, Stream.of(PRIVATE)).isPresent();
  }

  private static List<FieldNames> fieldNames(Parameters parameters, String name)
      throws MessagingException {
    List<FieldNames> names = new ArrayList<>();
    String list = parameters.optional(name).orElse("");
    List<String> wrong = new ArrayList<>();
    for (String word : Splitter.on(',').trimResults().omitEmptyStrings().split(list)) {
      try {
        names.add(FieldNames.read(word));
      } catch (IllegalArgumentException e) {
        wrong.add(String.valueOf(e.getMessage()));
      }
    }
    if (!wrong.isEmpty()) {
      throw parameters.refusal(name, "is wrong: " + String.join("; ", wrong));
    }
    return names;
  }
}
