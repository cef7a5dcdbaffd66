/** The decision, told a second time without any of its classes, and compared with it. */
@NullMarked
package io.keywarden.matrix;

import org.jspecify.annotations.NullMarked;
