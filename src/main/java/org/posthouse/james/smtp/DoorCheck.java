/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.config.Settings;
import org.posthouse.identity.config.IdentitiesConfiguration;
import org.posthouse.identity.rights.SenderRights;
import org.posthouse.tls.TlsReader;
import org.posthouse.tls.TlsSettings;

/**
 * What can be told of smtpserver.xml before a server is made of it. Stock takes a misspelt element
 * for none and its default, often "no limit", for what was meant.
 */
public final class DoorCheck {
  private static final int MOST = Integer.MAX_VALUE;
  private static final String UNUSED = "nothing reads it; remove it";
  private static final String FASTFAIL = "org.apache.james.smtpserver.fastfail.";

  /** What the handlers read that are known here; of the others everything is allowed. */
  private static final Map<String, Set<String>> PARAMETERS =
      Map.of(
          FASTFAIL + "MaxRcptHandler",
          Set.of("maxRcpt"),
          FASTFAIL + "MaxUnknownCmdHandler",
          Set.of("maxUnknownCmdCount"),
          FASTFAIL + "ValidRcptHandler",
          Set.of("enableRecipientRewriteTable"),
          FASTFAIL + "SPFHandler",
          Set.of("blockSoftFail", "blockPermError"));

  private final Settings door;
  private final HierarchicalConfiguration<ImmutableNode> values;
  private final FileSystem files;
  private final HandlerNames names;
  private final SenderRights rights;
  private final IdentitiesConfiguration identities;
  private boolean authorizes;
  private boolean takesMail;
  private boolean asksForCertificates;
  private boolean takesTokens;

  /**
   * What all enabled doors are together.
   *
   * @param authorize whether any has {@code authorizedAddresses}
   * @param askForCertificates whether any asks its clients for certificates
   * @param takeTokens whether any has an issuer of its own
   */
  public record Doors(boolean authorize, boolean askForCertificates, boolean takeTokens) {}

  private DoorCheck(
      Settings door,
      HierarchicalConfiguration<ImmutableNode> values,
      FileSystem files,
      HandlerNames names,
      SenderRights rights,
      IdentitiesConfiguration identities) {
    this.rights = rights;
    this.identities = identities;
    this.names = names;
    this.door = door;
    this.values = values;
    this.files = files;
  }

  /**
   * Checks every door that is enabled, and adds what is wrong to the file's problems.
   *
   * @param rights what those may send whom a door lets relay
   * @param identities who is known without a login, by an address or a certificate
   */
  public static Doors check(
      Settings file,
      HierarchicalConfiguration<ImmutableNode> servers,
      FileSystem files,
      SenderRights rights,
      IdentitiesConfiguration identities) {
    List<HierarchicalConfiguration<ImmutableNode>> doors = servers.configurationsAt("smtpserver");
    if (doors.isEmpty()) {
      file.problem("", "there is no <smtpserver>, so no mail could come in");
    }
    file.leave("smtpserver");
    HandlerNames names = new HandlerNames(files);
    DoorClashes clashes = new DoorClashes();
    boolean open = false;
    boolean authorizes = false;
    boolean asksForCertificates = false;
    boolean takesTokens = false;
    for (int i = 0; i < doors.size(); i++) {
      Settings door = file.part("smtpserver(" + i + ")", doors.get(i));
      if (door.truth("[@enabled]", true)) {
        open = true;
        DoorCheck check = new DoorCheck(door, doors.get(i), files, names, rights, identities);
        check.check(clashes);
        authorizes |= check.authorizes;
        asksForCertificates |= check.asksForCertificates;
        takesTokens |= check.takesTokens;
      }
    }
    if (!open && !doors.isEmpty()) {
      file.warning("", "no <smtpserver> is enabled, so no mail comes in");
    }
    file.end();
    return new Doors(authorizes, asksForCertificates, takesTokens);
  }

  private void check(DoorClashes clashes) {
    String name = door.text("jmxName").orElse("");
    door.text("smtpGreeting");
    door.requireContent("bind");
    Optional<String> bind = door.problems("bind", BindAddresses::problems);
    clashes.add(
        door,
        name,
        bind.map(BindAddresses::usable).orElseGet(() -> List.of(DoorClashes.DEFAULT_BIND)));
    limits();
    helloName();
    asksForCertificates =
        TlsReader.read(door, TlsElements.files(files))
            .filter(TlsSettings::certificateAsked)
            .isPresent();
    auth();
    for (String key : List.of("clientAuth", "certificate", "supportedCipherSuites")) {
      door.unknownBeginning(key, "it stands within <tls>");
    }
    door.truth("hideClient", false);
    handlers();
    for (String key : List.of("gracefulShutdown", "bossWorkerCount", "maxExecutorCount")) {
      door.dead(key, UNUSED);
    }
    if (!takesMail && !door.hasUnknown()) {
      door.warning(
          "",
          "nobody can send here: neither it nor identities.xml knows clients by their address, or"
              + " by a certificate that it asks for, and AUTH is offered under TLS only, with"
              + " <auth><announce> other than never");
    }
    door.end();
  }

  private void limits() {
    door.number("connectionBacklog", 1, MOST, 1);
    door.number("connectiontimeout", 0, MOST, 0);
    door.number("connectionLimit", 0, MOST, 0);
    door.number("connectionLimitPerIP", 0, MOST, 0);
    door.number("ioWorkerCount", 1, MOST, 1);
    door.read("maxmessagesize", 0L, MessageSize::parse);
    door.truth("addressBracketsEnforcement", true);
    door.truth("heloEhloEnforcement", true);
  }

  private void helloName() {
    Optional<String> name = door.text("helloName").filter(text -> !text.isEmpty());
    boolean detected = door.truth("helloName[@autodetect]", true);
    if (!detected && name.isEmpty()) {
      door.problem("helloName", "with autodetect=\"false\" it must hold a name");
    } else if (detected && name.isPresent()) {
      door.warning("helloName", "it is not used without the attribute autodetect=\"false\"");
    }
  }

  private void auth() {
    String old = door.word("authRequired", "false", "true", "false", "announce");
    String otherwise = old.equals("false") ? "never" : "always";
    String announce =
        door.word("auth.announce", otherwise, "never", "always", "forUnauthorizedAddresses");
    door.truth("auth.requireSSL", false);
    door.truth("auth.plainAuthEnabled", true);
    takesTokens = OidcElements.read(door, "").isPresent();
    authorizes = OpenDoors.check(door, rights, identities.addresses());
    boolean tls = door.truth("tls[@startTLS]", false) || door.truth("tls[@socketTLS]", false);
    boolean login = tls && !announce.equals("never");
    takesMail = login || authorizes || knowsAnybody() || !rights.local().isEmpty();
    if (!tls && !announce.equals("never")) {
      door.warning(
          old.equals("false") ? "auth.announce" : "authRequired",
          "without TLS, AUTH is neither offered nor taken here: passwords would cross the net in"
              + " clear; give the door <tls>");
    }
    if (door.truth("verifyIdentity", false) && announce.equals("never")) {
      door.problem("verifyIdentity", "it needs a login, and <auth><announce> is never");
    }
  }

  /** Without AUTH; a proxy tells logins by XCLIENT. */
  private boolean knowsAnybody() {
    return !identities.addresses().isEmpty()
        || door.text("xclientFrom").isPresent()
        || (asksForCertificates && !identities.certificates().isEmpty());
  }

  private void handlers() {
    for (String attribute : List.of("coreHandlersPackage", "jmxHandlersPackage", "enableJmx")) {
      Optional<String> value = door.text("handlerchain[@" + attribute + "]");
      if (!attribute.equals("enableJmx")) {
        value
            .filter(name -> !name.isEmpty())
            .flatMap(names::problem)
            .ifPresent(text -> door.problem("handlerchain[@" + attribute + "]", text));
      }
    }
    door.leave("handlerchain.handler");
    if (values.configurationsAt("handlerchain").isEmpty()) {
      door.problem("", "it has no <handlerchain>");
    }
    List<HierarchicalConfiguration<ImmutableNode>> all =
        values.configurationsAt("handlerchain.handler");
    for (int i = 0; i < all.size(); i++) {
      handler(door.part("handlerchain.handler(" + i + ")", all.get(i)));
    }
  }

  private void handler(Settings handler) {
    Optional<String> type = handler.text("[@class]").filter(text -> !text.isEmpty());
    if (type.isEmpty()) {
      handler.problem("", "the handler has no attribute class");
    }
    type.flatMap(names::problem).ifPresent(text -> handler.problem("", text));
    Set<String> known = PARAMETERS.get(type.orElse(""));
    if (known == null) {
      return;
    }
    for (String key : known) {
      if (key.equals("maxRcpt") && handler.text(key).isEmpty()) {
        handler.problem("", "it needs <maxRcpt>: without it every recipient is refused");
      } else if (key.startsWith("max")) {
        // With 0 stock's handlers refuse everything.
        handler.number(key, 1, MOST, 1);
      } else {
        handler.truth(key, true);
      }
    }
    handler.end();
  }
}
