/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5929 section 4.1. */
class ChannelBindingTest {
  private static X509Certificate certificate(String algorithm, String signature) throws Exception {
    KeyPair pair =
        KeyPairGenerator.getInstance(algorithm, new BouncyCastleProvider()).generateKeyPair();
    Instant now = Instant.now();
    X500Name name = new X500Name("CN=relay.test");
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(now),
                    Date.from(now.plus(1, ChronoUnit.DAYS)),
                    name,
                    pair.getPublic())
                .build(
                    new JcaContentSignerBuilder(signature)
                        .setProvider(new BouncyCastleProvider())
                        .build(pair.getPrivate())));
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, SHA256withRSA, SHA-256",
    "RSA, SHA1withRSA, SHA-256",
    "RSA, MD5withRSA, SHA-256",
    "EC, SHA384withECDSA, SHA-384",
    "RSA, SHA512withRSA, SHA-512",
    "RSA, SHA256withRSAandMGF1, SHA-256",
    "RSA, SHA512withRSAandMGF1, SHA-512"
  })
  void theHashShouldBeThatOfTheSignatureUnlessItIsBroken(
      String algorithm, String signature, String hash) throws Exception {
    X509Certificate certificate = certificate(algorithm, signature);
    assertThat(ChannelBinding.of(certificate).orElseThrow().data())
        .isEqualTo(MessageDigest.getInstance(hash).digest(certificate.getEncoded()));
  }

  @Test
  void aSignatureWithoutAHashShouldGiveNoBinding() throws Exception {
    assertThat(ChannelBinding.of(certificate("Ed25519", "Ed25519"))).isEmpty();
  }
}
