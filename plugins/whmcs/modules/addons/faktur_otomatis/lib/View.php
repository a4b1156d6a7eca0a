<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** Pages of the admin area: plain PHP files under views/, which say `$e(…)` for whatever is not theirs. */
final class View
{
    /** @param array<string, mixed> $vars */
    public static function render(string $name, array $vars): string
    {
        $e = static fn (mixed $value): string =>
            htmlspecialchars((string) $value, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
        $t = static fn (string $key): string => $e($vars['words']->say($key));
        extract($vars, EXTR_SKIP);
        ob_start();
        require dirname(__DIR__) . "/views/$name.php";
        return (string) ob_get_clean();
    }
}
