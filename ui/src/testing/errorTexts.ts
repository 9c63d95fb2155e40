/** Error texts other parts of the program own, as far as the fake host shows them; real ones win where both exist. */
import { i18n } from "../shared/i18n";

const ru = {
  token: {
    "pin-incorrect": {
      what: "PIN-код не подошёл", why: "Токен «{{label}}» отклонил введённый PIN-код. Вход не выполнен, ничего не подписано.",
      todo: "Проверьте раскладку и Caps Lock и введите PIN-код ещё раз.",
    },
    removed: { what: "Токен вынут", why: "Связь с токеном пропала во время работы.", todo: "Вставьте токен и повторите: уже подписанное сохранено." },
    "module-missing": {
      what: "Драйвер токена не найден", why: "Файла {{path}} нет на этом компьютере.", todo: "Установите драйвер производителя или уберите модуль в настройках.",
    },
  },
  portal: {
    unreachable: {
      what: "Портал не отвечает", why: "Соединение с {{host}} не установилось.", todo: "Проверьте сеть и повторите. Введённое сохранено в окне.",
    },
    timeout: { what: "Портал не ответил вовремя", why: "Ответа от {{host}} не было 30 секунд.", todo: "Ничего делать не нужно: программа повторит сама." },
  },
};
const en: typeof ru = {
  token: {
    "pin-incorrect": {
      what: "The PIN was not accepted", why: "Token “{{label}}” rejected the PIN. You are not signed in and nothing was signed.",
      todo: "Check the keyboard layout and Caps Lock, then enter the PIN again.",
    },
    removed: { what: "The token was removed", why: "The token stopped answering.", todo: "Insert it and try again: what is signed is kept." },
    "module-missing": { what: "Token driver not found", why: "There is no file {{path}} on this computer.", todo: "Install the driver or remove the module in settings." },
  },
  portal: {
    unreachable: { what: "The portal does not answer", why: "No connection to {{host}}.", todo: "Check the network and try again. What you entered is kept." },
    timeout: { what: "The portal did not answer in time", why: "No answer from {{host}} for 30 seconds.", todo: "Nothing to do: the program will try again." },
  },
};

export function addErrorTexts() {
  i18n.addResourceBundle("ru", "translation", { errors: ru }, true, false);
  i18n.addResourceBundle("en", "translation", { errors: en }, true, false);
}
