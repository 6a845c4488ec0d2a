/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import java.time.Instant;
import javax.inject.Inject;

/** The direction of dependencies, as src/doc/DESIGN.md draws it. */
@AnalyzeClasses(packages = "org.posthouse", importOptions = ImportOption.DoNotIncludeTests.class)
class PackageDirectionTest {
  @ArchTest
  static final ArchRule packagesUseOnlyWhatTheyMay =
      Architectures.layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("envelope")
          .definedBy("org.posthouse.envelope..")
          .layer("spool")
          .definedBy("org.posthouse.spool..")
          .layer("queue")
          .definedBy("org.posthouse.queue..")
          .layer("identity")
          .definedBy("org.posthouse.identity..")
          .layer("config")
          .definedBy("org.posthouse.config..")
          .layer("routing")
          .definedBy("org.posthouse.routing..")
          .layer("smtp")
          .definedBy("org.posthouse.smtp..")
          .layer("tls")
          .definedBy("org.posthouse.tls..")
          .layer("dsn")
          .definedBy("org.posthouse.dsn..")
          .layer("delivery")
          .definedBy("org.posthouse.delivery..")
          .layer("james")
          .definedBy("org.posthouse.james..")
          .layer("admin")
          .definedBy("org.posthouse.admin..")
          .layer("cli")
          .definedBy("org.posthouse.cli..")
          .layer("trial")
          .definedBy("org.posthouse.trial..")
          .layer("upkeep")
          .definedBy("org.posthouse.upkeep..")
          .layer("server")
          .definedBy("org.posthouse.server..")
          .layer("message")
          .definedBy("org.posthouse.message..")
          .layer("dns")
          .definedBy("org.posthouse.dns..")
          .layer("spf")
          .definedBy("org.posthouse.spf..")
          .layer("dkim")
          .definedBy("org.posthouse.dkim..")
          .layer("arc")
          .definedBy("org.posthouse.arc..")
          .layer("dmarc")
          .definedBy("org.posthouse.dmarc..")
          .layer("authentication")
          .definedBy("org.posthouse.authentication..")
          .layer("alignment")
          .definedBy("org.posthouse.alignment..")
          .layer("rewriting")
          .definedBy("org.posthouse.rewriting..")
          .layer("returnpath")
          .definedBy("org.posthouse.returnpath..")
          .layer("secret")
          .definedBy("org.posthouse.secret..")
          .layer("unsubscribe")
          .definedBy("org.posthouse.unsubscribe..")
          .layer("signing")
          .definedBy("org.posthouse.signing..")
          .layer("spelling")
          .definedBy("org.posthouse.spelling..")
          .whereLayer("spelling")
          .mayNotAccessAnyLayer()
          .whereLayer("message")
          .mayNotAccessAnyLayer()
          .whereLayer("spf")
          .mayOnlyAccessLayers("dns")
          .whereLayer("dkim")
          .mayOnlyAccessLayers("dns", "message")
          .whereLayer("arc")
          .mayOnlyAccessLayers("dkim", "dns", "message")
          .whereLayer("dmarc")
          .mayOnlyAccessLayers("dns", "message")
          .whereLayer("authentication")
          .mayOnlyAccessLayers("spf", "dkim", "arc", "dmarc", "dns", "message")
          .whereLayer("alignment")
          .mayOnlyAccessLayers(
              "spf", "dkim", "dmarc", "signing", "authentication", "dns", "message")
          .whereLayer("rewriting")
          .mayOnlyAccessLayers("message")
          .whereLayer("returnpath")
          .mayOnlyAccessLayers("message", "secret")
          .whereLayer("secret")
          .mayNotAccessAnyLayer()
          .whereLayer("unsubscribe")
          .mayOnlyAccessLayers("secret")
          .whereLayer("dns")
          .mayNotAccessAnyLayer()
          .whereLayer("signing")
          .mayOnlyAccessLayers("message", "dns", "dkim", "spelling")
          .whereLayer("envelope")
          .mayNotAccessAnyLayer()
          .whereLayer("config")
          .mayOnlyAccessLayers("spelling")
          .whereLayer("spool")
          .mayOnlyAccessLayers("envelope", "config")
          .whereLayer("queue")
          .mayOnlyAccessLayers("envelope", "spool", "config")
          .whereLayer("identity")
          .mayOnlyAccessLayers("envelope", "config", "spelling")
          .whereLayer("routing")
          .mayOnlyAccessLayers("envelope")
          .whereLayer("smtp")
          .mayOnlyAccessLayers("envelope")
          .whereLayer("tls")
          .mayOnlyAccessLayers("config", "spelling")
          .whereLayer("dsn")
          .mayOnlyAccessLayers("envelope")
          .whereLayer("delivery")
          .mayOnlyAccessLayers("envelope", "queue", "routing", "smtp", "dsn", "config", "spelling")
          .whereLayer("james")
          .mayOnlyAccessLayers(
              "message",
              "rewriting",
              "spelling",
              "alignment",
              "dns",
              "envelope",
              "spool",
              "queue",
              "identity",
              "config",
              "routing",
              "smtp",
              "delivery",
              "tls",
              "dsn")
          .whereLayer("admin")
          .mayOnlyAccessLayers("envelope", "queue", "config")
          .whereLayer("cli")
          .mayOnlyAccessLayers(
              "config", "identity", "spool", "envelope", "signing", "dkim", "dns", "routing")
          .whereLayer("trial")
          .mayOnlyAccessLayers("cli", "identity", "config", "envelope")
          .whereLayer("upkeep")
          .mayOnlyAccessLayers("cli", "james", "queue", "spool", "config")
          .whereLayer("server")
          .mayNotBeAccessedByAnyLayer();

  /** One that is not here would be held by none of these rules. */
  @ArchTest
  static final ArchRule everyPackageIsKnown =
      classes()
          .that()
          .resideInAPackage("org.posthouse..")
          .should()
          .resideInAnyPackage(
              "org.posthouse.envelope..",
              "org.posthouse.spool..",
              "org.posthouse.queue..",
              "org.posthouse.identity..",
              "org.posthouse.config..",
              "org.posthouse.smtp..",
              "org.posthouse.routing..",
              "org.posthouse.dsn..",
              "org.posthouse.tls..",
              "org.posthouse.delivery..",
              "org.posthouse.james..",
              "org.posthouse.admin..",
              "org.posthouse.cli..",
              "org.posthouse.trial..",
              "org.posthouse.upkeep..",
              "org.posthouse.server..",
              "org.posthouse.message..",
              "org.posthouse.dns..",
              "org.posthouse.spf..",
              "org.posthouse.dkim..",
              "org.posthouse.arc..",
              "org.posthouse.dmarc..",
              "org.posthouse.authentication..",
              "org.posthouse.alignment..",
              "org.posthouse.rewriting..",
              "org.posthouse.returnpath..",
              "org.posthouse.secret..",
              "org.posthouse.unsubscribe..",
              "org.posthouse.signing..",
              "org.posthouse.spelling..",
              "org.posthouse.mailets..",
              "org.posthouse.matchers..");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("org.posthouse.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule jamesStaysInItsAdapters =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.posthouse.envelope..",
              "org.posthouse.spool..",
              "org.posthouse.queue..",
              "org.posthouse.identity..",
              "org.posthouse.config..",
              "org.posthouse.smtp..",
              "org.posthouse.routing..",
              "org.posthouse.dsn..",
              "org.posthouse.tls..",
              "org.posthouse.delivery..",
              "org.posthouse.admin..",
              "org.posthouse.upkeep..",
              "org.posthouse.dkim..",
              "org.posthouse.signing..",
              "org.posthouse.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.james..", "org.apache.mailet..", "javax.mail..");

  @ArchTest
  static final ArchRule guiceStaysInTheServer =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.posthouse.server..", "org.posthouse.james..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.google.inject..");

  @ArchTest
  static final ArchRule timeIsGiven =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.posthouse.spool..", "org.posthouse.queue..", "org.posthouse.dsn..")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule noFieldInjection =
      noFields().should().beAnnotatedWith(Inject.class).allowEmptyShould(true);
}
