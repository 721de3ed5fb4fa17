// Node alone.

import { tell } from "./cost.mjs";

tell();
