/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.posthouse.config.Exposure;
import org.posthouse.config.PasswordFile;
import org.posthouse.config.Settings;
import org.posthouse.delivery.config.Route.Target;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.smtp.SessionSettings.Login;
import org.posthouse.smtp.TlsLevel;

/** Reads where a route leads. */
final class TargetReader {
  private static final int SMTP = 25;
  private static final int SUBMISSIONS = 465;
  private static final int MOST_PORT = 65_535;

  private final Path home;
  private final Destinations destinations;

  /**
   * A reader.
   *
   * @param home that relative paths of files begin at
   * @param destinations what holds where a route says nothing
   */
  TargetReader(Path home, Destinations destinations) {
    this.home = home;
    this.destinations = destinations;
  }

  /** The only target of a route; empty when there is none or another, which is a problem then. */
  Optional<Target> target(Settings route) {
    List<Target> found =
        List.of(Target.values()).stream()
            .filter(target -> !route.parts(element(target)).isEmpty())
            .toList();
    found.forEach(target -> route.section(element(target))); // one of each
    if (found.size() == 1) {
      return Optional.of(found.get(0));
    }
    route.problem(
        "",
        found.isEmpty()
            ? "it needs one of <mx/>, <smarthosts>, <discard/> and <hold/>"
            : "it can have only one of "
                + String.join(
                    " and ", found.stream().map(each -> "<" + element(each) + ">").toList()));
    return Optional.empty();
  }

  private static String element(Target target) {
    return target.name().toLowerCase(Locale.ROOT);
  }

  Smarthosts smarthosts(Settings part) {
    boolean shared = part.word("[@order]", "in-order", "in-order", "shared").equals("shared");
    boolean implicitTls = part.truth("[@implicitTls]", false);
    TlsLevel level = part.choice("[@tls]", TlsLevel.MAY);
    Optional<TlsLevel> tls = part.text("[@tls]").map(text -> level);
    if (implicitTls && tls.equals(Optional.of(TlsLevel.NONE))) {
      part.problem("[@implicitTls]", "it contradicts tls=\"none\"");
    }
    List<Settings> logins = part.parts("login");
    Optional<Login> login = logins.isEmpty() ? Optional.empty() : login(part.section("login"));
    List<Smarthost> hosts = hosts(part, implicitTls ? SUBMISSIONS : SMTP);
    Smarthosts read = new Smarthosts(hosts, shared, tls, implicitTls, login);
    if (!logins.isEmpty() && hosts.stream().anyMatch(host -> level(read, host) == TlsLevel.NONE)) {
      part.problem("login", "a login is made under TLS only, and tls is none");
    }
    return read;
  }

  private TlsLevel level(Smarthosts read, Smarthost host) {
    return destinations.treatment("", List.of(host.host())).level(read);
  }

  List<Smarthost> fallback(Settings part) {
    return hosts(part, SMTP);
  }

  private static List<Smarthost> hosts(Settings part, int port) {
    List<Settings> hosts = part.parts("host");
    if (hosts.isEmpty()) {
      part.problem("", "it has no <host>");
    }
    return hosts.stream().map(host -> host(host, port)).distinct().toList();
  }

  private static Smarthost host(Settings host, int port) {
    return new Smarthost(
        host.read("", "", HostNames::nameOrAddress), host.number("[@port]", 1, MOST_PORT, port));
  }

  private Optional<Login> login(Settings login) {
    Optional<String> user = required(login, "user");
    Optional<String> file = required(login, "passwordFile");
    file.flatMap(name -> Exposure.of(home.resolve(name)))
        .ifPresent(text -> login.warning("[@passwordFile]", text));
    Optional<String> password =
        file.isEmpty()
            ? Optional.empty()
            : login.read("[@passwordFile]", Optional.<String>empty(), this::password);
    return user.flatMap(name -> password.map(secret -> new Login(name, secret)));
  }

  private Optional<String> password(String file) {
    return Optional.of(PasswordFile.read(home.resolve(file)));
  }

  private static Optional<String> required(Settings element, String attribute) {
    Optional<String> text = element.text("[@" + attribute + "]").filter(value -> !value.isEmpty());
    if (text.isEmpty()) {
      element.problem("", "it has no attribute " + attribute);
    }
    return text;
  }
}
