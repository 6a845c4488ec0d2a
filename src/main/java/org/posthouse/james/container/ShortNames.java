/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import com.google.common.reflect.ClassPath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import org.apache.james.utils.ClassName;
import org.apache.james.utils.ExtendedClassLoader;
import org.apache.james.utils.NamingScheme;
import org.posthouse.spelling.NearestName;

/**
 * Turns the names that configurations use into classes: names without a package are looked for in
 * the given packages in order, names with one are taken as they are first. Jars in extensions-jars
 * are searched like the class path.
 */
final class ShortNames {

  private final String kind;
  private final Class<?> type;
  private final List<String> packages;
  private final ExtendedClassLoader classes;

  ShortNames(String kind, Class<?> type, List<String> packages, ExtendedClassLoader classes) {
    this.kind = kind;
    this.type = type;
    this.packages = packages;
    this.classes = classes;
  }

  /**
   * The class of that name.
   *
   * @throws MessagingException naming the nearest right name when there is none of the right type
   */
  ClassName require(String name) throws MessagingException {
    return find(name).orElseThrow(() -> new MessagingException(unknown(name)));
  }

  /** What is wrong with a name, with the nearest right one; empty when it has a class. */
  Optional<String> problem(String name) {
    return find(name).isPresent() ? Optional.empty() : Optional.of(unknown(name));
  }

  /** The full name of the class; empty when there is none. */
  Optional<String> type(String name) {
    return find(name).map(ClassName::getName);
  }

  private Optional<ClassName> find(String name) {
    Stream<String> inPackages = packages.stream().map(p -> p + "." + name);
    Stream<String> candidates =
        name.contains(".")
            ? Stream.concat(Stream.of(name), inPackages)
            : Stream.concat(inPackages, Stream.of(name));
    return candidates.filter(this::isThere).findFirst().map(ClassName::new);
  }

  private boolean isThere(String className) {
    try {
      ClassName name = new ClassName(className);
      Class<?> found =
          classes.locateClass(
              NamingScheme.IDENTITY.toFullyQualifiedClassNames(name).findFirst().orElseThrow());
      return type.isAssignableFrom(found);
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      // On file systems that ignore case a wrongly cased name ends in NoClassDefFoundError.
      return false;
    }
  }

  private String unknown(String name) {
    String text = "there is no " + kind + " '" + name + "'";
    String simple = name.substring(name.lastIndexOf('.') + 1);
    if (simple.startsWith("SMIME")) {
      return text + ": James' jar apache-mailet-crypto has it; put that into extensions-jars/";
    }
    return NearestName.of(simple, known())
        .map(nearest -> text + ". Did you mean '" + nearest + "'?")
        .orElse(text);
  }

  private Stream<String> known() {
    try {
      ClassPath classPath = ClassPath.from(ShortNames.class.getClassLoader());
      return packages.stream()
          .flatMap(p -> classPath.getTopLevelClasses(p).stream())
          .filter(known -> isThere(known.getName()))
          .map(ClassPath.ClassInfo::getSimpleName)
          .distinct();
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
