<?php

/** Finds the classes of this module: `FakturOtomatis\Courier` is lib/Courier.php. */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (preg_match('/^FakturOtomatis\\\\(\w+)$/', $class, $found) === 1) {
        $file = __DIR__ . '/' . $found[1] . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
