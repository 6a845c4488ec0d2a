/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.posthouse.dns.ScriptedDns;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads the suite of the SPF community, as pyspf has it. */
final class Rfc7208Suite {
  private static final int[] TYPES = {
    Type.A, Type.AAAA, Type.MX, Type.PTR, Type.TXT, Type.CNAME, Type.SPF
  };

  /**
   * One test.
   *
   * @param results all that are allowed
   * @param explanation null when it does not matter
   * @param zone what the DNS has: records by name
   */
  record Case(
      String name,
      SpfRequest request,
      List<String> results,
      String explanation,
      Map<String, List<Object>> zone) {
    @Override
    public String toString() {
      return name;
    }
  }

  private Rfc7208Suite() {}

  static List<Case> cases(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      List<Case> cases = new ArrayList<>();
      for (Object scenario : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(in)) {
        Map<String, Map<String, Object>> tests = cast(cast(scenario).get("tests"));
        Map<String, List<Object>> zone = cast(cast(scenario).get("zonedata"));
        tests.forEach((name, test) -> cases.add(read(name, test, zone)));
      }
      return cases;
    }
  }

  private static Case read(String name, Map<String, Object> test, Map<String, List<Object>> zone) {
    SpfRequest request =
        new SpfRequest(
            address(test.get("host")),
            (String) test.get("helo"),
            (String) test.get("mailfrom"),
            "receiver.test",
            Instant.EPOCH);
    Object result = test.get("result");
    List<String> results =
        result instanceof List<?> list
            ? list.stream().map(Object::toString).toList()
            : List.of(result.toString());
    return new Case(name, request, results, (String) test.get("explanation"), zone);
  }

  @SuppressWarnings("unchecked")
  private static <K, V> Map<K, V> cast(Object map) {
    return (Map<K, V>) map;
  }

  /** The DNS of a case. A record of the type SPF means TXT where a name has none of that type. */
  static ScriptedDns dns(Case test, boolean silent) {
    ScriptedDns dns = new ScriptedDns();
    test.zone().forEach((name, records) -> load(dns, name, records, silent));
    return dns;
  }

  private static void load(ScriptedDns dns, String name, List<Object> records, boolean silent) {
    boolean hasTxt = records.stream().anyMatch(each -> has(each, "TXT"));
    List<Integer> types = new ArrayList<>();
    boolean timeout = false;
    dns.withEmpty(name);
    for (Object each : records) {
      if (each.equals("TIMEOUT")) {
        timeout = true;
        continue;
      }
      Map.Entry<String, Object> record =
          Rfc7208Suite.<String, Object>cast(each).entrySet().iterator().next();
      String type = record.getKey().equals("SPF") && !hasTxt ? "TXT" : record.getKey();
      if (!record.getValue().equals("NONE") && !type.equals("SPF")) {
        types.add(Type.value(type));
        add(dns, name, type, record.getValue());
      }
    }
    if (timeout) {
      int[] others = Arrays.stream(TYPES).filter(t -> !types.contains(t)).toArray();
      if (silent) {
        dns.silent(name, others);
      } else {
        dns.failing(name, others);
      }
    }
  }

  private static boolean has(Object record, String type) {
    return record instanceof Map<?, ?> map && map.containsKey(type);
  }

  private static void add(ScriptedDns dns, String owner, String type, Object value) {
    Name name = name(owner);
    switch (type) {
      case "A" -> dns.with(new ARecord(name, DClass.IN, 60, address(value)));
      case "AAAA" -> dns.with(new AAAARecord(name, DClass.IN, 60, address(value)));
      case "PTR" -> dns.with(new PTRRecord(name, DClass.IN, 60, name(value)));
      case "CNAME" -> dns.with(new CNAMERecord(name, DClass.IN, 60, name(value)));
      case "MX" -> {
        List<?> mx = (List<?>) value;
        dns.with(new MXRecord(name, DClass.IN, 60, (Integer) mx.get(0), name(mx.get(1))));
      }
      case "TXT" ->
          dns.withTxt(
              owner,
              value instanceof List<?> strings
                  ? strings.stream().map(Object::toString).toList()
                  : List.of(value.toString()));
      default -> throw new IllegalArgumentException(type);
    }
  }

  private static InetAddress address(Object text) {
    try {
      return InetAddress.getByName(text.toString());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Name name(Object text) {
    try {
      return text.equals("") ? Name.root : Name.fromString(text.toString(), Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
