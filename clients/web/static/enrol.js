// Enrolling: a link like any other, and the making of a passkey by it.

import "./ceremony.js";
import "./link.js";
