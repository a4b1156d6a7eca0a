<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** The words of the pages in one language, from `lang/`. */
final class Words
{
    /** Names that WHMCS installations give to the Indonesian language. */
    private const INDONESIAN = ['indonesian', 'indonesia', 'bahasa', 'id'];

    /** @param array<string, string> $words */
    private function __construct(public readonly string $code, public readonly array $words)
    {
    }

    /**
     * The language a reader has chosen on the page, else the one of the settings, else WHMCS's own.
     */
    public static function choose(Settings $settings, string $whmcs): self
    {
        $asked = $_GET['fo_lang'] ?? null;
        if ($asked === 'id' || $asked === 'en') {
            $_SESSION['faktur_otomatis_language'] = $asked;
        }
        $chosen = $_SESSION['faktur_otomatis_language'] ?? null;
        if ($chosen === 'id' || $chosen === 'en') {
            return self::in($chosen);
        }
        $fixed = in_array($settings->language, ['indonesian', 'english'], true);
        $name = $fixed ? $settings->language : strtolower($whmcs);
        return self::in(in_array($name, self::INDONESIAN, true) ? 'id' : 'en');
    }

    /** @param 'id'|'en' $code */
    public static function in(string $code): self
    {
        $_ADDONLANG = [];
        require dirname(__DIR__) . '/lang/' . ($code === 'id' ? 'indonesian' : 'english') . '.php';
        return new self($code, $_ADDONLANG);
    }

    public function say(string $key): string
    {
        return $this->words[$key] ?? $key;
    }

    /** Empty when there is no such word. */
    public function find(string $key): string
    {
        return $this->words[$key] ?? '';
    }
}
