// Offers to read a page aloud outside a visit: the start page of a kiosk, a page of questions on anybody's telephone.
import { offerSpeech } from "./speak.js";

offerSpeech(document.querySelector("[data-reader]"));
