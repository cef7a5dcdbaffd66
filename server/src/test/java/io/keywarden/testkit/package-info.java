/**
 * What tests of every module stand on: real processes on free ports, and patience without sleeping blindly.
 *
 * <p>In CI ({@code CI=true}) a program that is missing or too old fails the run; elsewhere the test says that it was left
 * out.
 */
@NullMarked
package io.keywarden.testkit;

import org.jspecify.annotations.NullMarked;
